package dev.adapterx.train.loop;

import dev.adapterx.nn.Pass;
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

  Map<String, Pass.Observed> means() {
    Map<String, Pass.Observed> means = new LinkedHashMap<>();
    sums.forEach(
        (norm, sum) -> means.put(norm, new Pass.Observed(divided(sum.mean()), divided(sum.var()))));
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

  private float[] divided(float[] sum) {
    float[] mean = sum.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= pieces;
    }
    return mean;
  }
}
