package dev.adapterx.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How two classifiers differ on the same samples: {@code d = (b − c) / n}, where of n samples b are
 * right by the first alone and c by the second alone. Samples that both name right, or both wrong,
 * say nothing about the difference, so its standard error is smaller than that of two independent
 * tests: {@code √(b + c − (b − c)² / n) / n}.
 *
 * <p>Source: McNemar, <i>Note on the sampling error of the difference between correlated
 * proportions or percentages</i>, Psychometrika 12, 1947.
 *
 * @param alone b
 * @param otherAlone c
 * @param samples n
 */
public record PairedDifference(int alone, int otherAlone, int samples) {
  /** Fewer disagreements than these decide nothing: five to none happen once in sixteen times. */
  private static final int FEWEST = 10;

  /**
   * Of two evaluations.
   *
   * @throws IllegalArgumentException when they are not of the same samples
   */
  public static PairedDifference of(Evaluation first, Evaluation second) {
    Map<Integer, Boolean> other = new HashMap<>();
    second.predictions().forEach(p -> other.put(p.index(), p.label() == p.predicted()));
    List<Evaluation.Prediction> predictions = first.predictions();
    int n = predictions.size();
    if (n == 0
        || n != other.size()
        || !predictions.stream().allMatch(p -> other.containsKey(p.index()))) {
      throw new IllegalArgumentException("evaluations of different samples");
    }
    int alone = 0;
    int otherAlone = 0;
    for (Evaluation.Prediction p : predictions) {
      boolean right = p.label() == p.predicted();
      boolean otherRight = Boolean.TRUE.equals(other.get(p.index()));
      alone += right && !otherRight ? 1 : 0;
      otherAlone += otherRight && !right ? 1 : 0;
    }
    return new PairedDifference(alone, otherAlone, n);
  }

  /** d, −1 … 1; above 0 where the first is right more often. */
  public double share() {
    return (double) (alone - otherAlone) / samples;
  }

  /** Of {@link #share}. */
  public double standardError() {
    double d = alone - otherAlone;
    return Math.sqrt(alone + otherAlone - d * d / samples) / samples;
  }

  /**
   * Whether the test tells the two apart, at about 5 %: {@code |b − c| > 2 √(b + c)}, McNemar's
   * test, whose error is that of two methods that are equally good; never of fewer than ten samples
   * that only one names right.
   */
  public boolean clear() {
    int disagreed = alone + otherAlone;
    return disagreed >= FEWEST && Math.abs(alone - otherAlone) > 2 * Math.sqrt(disagreed);
  }
}
