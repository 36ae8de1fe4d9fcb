package dev.adapterx.train.loop;

import dev.adapterx.train.routing.ExpertUse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of one training epoch.
 *
 * @param loss mean over the epoch's samples, without auxiliary losses
 * @param balance mean balance loss of the routing; NaN without one
 * @param hitsName name of {@code hits}: {@code accuracy}
 * @param hits share of correct decisions in the training batches, in percent; NaN without decisions
 * @param lr of the last step
 * @param gradientNorm mean over the steps
 * @param samples number of training samples
 * @param seconds wall clock
 * @param waited seconds of these spent waiting for the next batch
 * @param routing use of the experts in training passes, by block; empty for methods without routing
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

  /** The metrics for the logs, in order. */
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
