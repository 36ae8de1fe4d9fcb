package dev.adapterx.train.loop;

import dev.adapterx.train.routing.ExpertUse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one epoch of training showed.
 *
 * @param loss mean of what was minimised without auxiliary losses, over the epoch's samples
 * @param balance mean balance loss of the routing; NaN without one
 * @param hitsName what the next one is called: {@code accuracy}
 * @param hits the share of what was right in the training batches as they came, in percent; NaN
 *     where nothing is decided
 * @param lr of the last step
 * @param gradientNorm mean over the steps
 * @param samples trained on
 * @param seconds wall clock
 * @param waited seconds of these in which the next batch was not ready
 * @param routing how experts were used in the training passes, by block; empty for methods that do
 *     not route
 */
public record EpochResult(
    double loss,
    double balance,
    String hitsName,
    double hits,
    double lr,
    double gradientNorm,
    long samples,
    double seconds,
    double waited,
    List<ExpertUse> routing) {
  /** Throughput. */
  public double samplesPerSecond() {
    return samples / seconds;
  }

  /** What the logs hold of it, in order. */
  public Map<String, Object> metrics() {
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    if (!Double.isNaN(balance)) {
      metrics.put("balance", balance);
    }
    if (!Double.isNaN(hits)) {
      metrics.put("train-" + hitsName, hits);
    }
    metrics.putAll(ExpertUse.metrics(routing));
    metrics.put("lr", lr);
    metrics.put("gradient-norm", gradientNorm);
    metrics.put("samples-per-second", samplesPerSecond());
    metrics.put("seconds", seconds);
    metrics.put("waited-seconds", waited);
    return metrics;
  }
}
