package dev.adapterx.train.loop;

import dev.adapterx.nn.Pass;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The batch statistics of a step: the mean over its micro-batches, so that running statistics are
 * updated once per step however many there are.
 */
final class ObservedMeans {
  private final Map<String, Pass.Observed> sums = new LinkedHashMap<>();
  private int pieces;

  /** Adds a micro-batch's statistics. */
  void add(Map<String, Pass.Observed> observed) {
    pieces++;
    observed.forEach((norm, seen) -> sums.merge(norm, seen, ObservedMeans::sum));
  }

  /**
   * Writes one norm's sums for all ranks to add up: how many micro-batches reported, means,
   * variances.
   *
   * @return how many numbers
   */
  int write(String norm, int channels, float[] into, int at) {
    Pass.Observed sum = sums.get(norm);
    if (sum != null) {
      into[at] = pieces;
      System.arraycopy(sum.mean(), 0, into, at + 1, channels);
      System.arraycopy(sum.var(), 0, into, at + 1 + channels, channels);
    }
    return 1 + 2 * channels;
  }

  /** The means over all ranks, from the sums of what {@link #write} wrote. */
  static Map<String, Pass.Observed> read(Map<String, Integer> norms, float[] from, int start) {
    Map<String, Pass.Observed> means = new LinkedHashMap<>();
    int at = start;
    for (Map.Entry<String, Integer> norm : norms.entrySet()) {
      int channels = norm.getValue();
      int pieces = (int) from[at];
      if (pieces > 0) {
        float[] mean = Arrays.copyOfRange(from, at + 1, at + 1 + channels);
        float[] var = Arrays.copyOfRange(from, at + 1 + channels, at + 1 + 2 * channels);
        means.put(norm.getKey(), new Pass.Observed(divided(mean, pieces), divided(var, pieces)));
      }
      at += 1 + 2 * channels;
    }
    return means;
  }

  Map<String, Pass.Observed> means() {
    Map<String, Pass.Observed> means = new LinkedHashMap<>();
    sums.forEach(
        (norm, sum) ->
            means.put(
                norm, new Pass.Observed(divided(sum.mean(), pieces), divided(sum.var(), pieces))));
    return means;
  }

  private static Pass.Observed sum(Pass.Observed a, Pass.Observed b) {
    return new Pass.Observed(sum(a.mean(), b.mean()), sum(a.var(), b.var()));
  }

  private static float[] sum(float[] a, float[] b) {
    float[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static float[] divided(float[] sum, int pieces) {
    float[] mean = sum.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= pieces;
    }
    return mean;
  }
}
