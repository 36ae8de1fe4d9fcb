package dev.adapterx.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a case.
 *
 * @param samplesPerSecond of each round
 * @param peakBytes largest resident set of the process
 * @param flopsPerSecond at the median round
 * @param peer the same in Python, if requested
 * @param failure why there are no figures
 */
record Measured(
    Case of,
    List<Double> samplesPerSecond,
    long peakBytes,
    double flopsPerSecond,
    @Nullable Peer peer,
    @Nullable String failure) {
  /**
   * The peers' fastest variant.
   *
   * @param variant its name
   * @param tried rates of all variants in a short trial
   * @param ratios this library's rate over the peer's, pair by pair
   */
  record Peer(
      String variant,
      List<String> tried,
      List<Double> samplesPerSecond,
      long peakBytes,
      List<Double> ratios) {}

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
