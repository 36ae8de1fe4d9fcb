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
 * @param share d, −1 … 1; above 0 where the first is right more often
 * @param standardError of d
 */
public record PairedDifference(double share, double standardError) {
  /** From this many standard errors on a difference is called one. */
  private static final double CLEAR = 2;

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
    double d = alone - otherAlone;
    return new PairedDifference(d / n, Math.sqrt(alone + otherAlone - d * d / n) / n);
  }

  /** Whether the test tells the two apart: the difference is more than two standard errors. */
  public boolean clear() {
    return Math.abs(share) > CLEAR * standardError;
  }
}
