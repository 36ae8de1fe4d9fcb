package dev.adapterx.task;

import dev.adapterx.base.AdapterXException;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Counts predictions by true class (row) and predicted class (column), (C, C), and derives the
 * usual measures from them. All measures are shares, 0 … 1; a share of nothing is NaN.
 *
 * <p>Top-5 accuracy cannot be read off the matrix, so hits are counted beside it when scores are
 * given. Of equal scores the class with the lower index ranks first. Not thread-safe.
 */
public final class ConfusionMatrix {
  private static final int TOP = 5;

  private final int[][] counts; // (C, C): truth, predicted
  private int total;
  private int ranked;
  private int topHits;

  /** An empty matrix over {@code classes} classes. */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("A confusion matrix needs ≥ 1 class, found " + classes);
    }
    counts = new int[classes][classes];
  }

  /** Counts one sample by its scores (logits or probabilities), (C), and its rank for top-5. */
  public void add(int truth, float[] scores) {
    if (scores.length != classes()) {
      throw new IllegalArgumentException(
          "Expected one score per class, " + classes() + ", found " + scores.length);
    }
    requireFinite(scores);
    add(truth, Probabilities.best(scores));
    ranked++;
    topHits += rank(truth, scores) < TOP ? 1 : 0;
  }

  /** Counts one sample by its predicted class; top-5 accuracy is unknown from then on. */
  public void add(int truth, int predicted) {
    counts[Objects.checkIndex(truth, classes())][Objects.checkIndex(predicted, classes())]++;
    total++;
  }

  /** Number of classes, C. */
  public int classes() {
    return counts.length;
  }

  /** Number of samples counted. */
  public int total() {
    return total;
  }

  /** A copy of the counts, (C, C): {@code counts()[truth][predicted]}. */
  public int[][] counts() {
    return Arrays.stream(counts).map(int[]::clone).toArray(int[][]::new);
  }

  /** Samples whose true class is {@code c}. */
  public int support(int c) {
    return IntStream.of(counts[c]).sum();
  }

  /** Samples predicted as {@code c}. */
  public int predicted(int c) {
    return IntStream.range(0, classes()).map(row -> counts[row][c]).sum();
  }

  /** Samples predicted right (top-1). */
  public int right() {
    return IntStream.range(0, classes()).map(c -> counts[c][c]).sum();
  }

  /** Share of samples predicted right (top-1). */
  public double accuracy() {
    return share(right(), total);
  }

  /** One standard error of the accuracy p as a share of n samples: {@code √(p (1 − p) / n)}. */
  public double standardError() {
    double p = accuracy();
    return Math.sqrt(p * (1 - p) / total);
  }

  /**
   * Share of samples whose true class is among the five best scored; empty unless every sample came
   * with scores. With five classes or fewer it is always 1.
   */
  public OptionalDouble topFive() {
    return ranked == total && total > 0
        ? OptionalDouble.of(share(topHits, ranked))
        : OptionalDouble.empty();
  }

  /** TP / (TP + FN): the share of the class that was found; NaN for a class without samples. */
  public double recall(int c) {
    return share(counts[c][c], support(c));
  }

  /** TP / (TP + FP): the share of the class's predictions that is right; NaN if never predicted. */
  public double precision(int c) {
    return share(counts[c][c], predicted(c));
  }

  /** 2 TP / (2 TP + FP + FN); NaN for a class neither present nor predicted. */
  public double f1(int c) {
    return share(2 * counts[c][c], support(c) + predicted(c));
  }

  /** Mean F1 over the classes that occur as truth or as prediction. */
  public double macroF1() {
    return meanOfKnown(this::f1);
  }

  /** Mean recall over the classes that have samples. */
  public double balancedAccuracy() {
    return meanOfKnown(this::recall);
  }

  private double meanOfKnown(IntToDoubleFunction measure) {
    return IntStream.range(0, classes())
        .mapToDouble(measure)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  private static double share(int part, int whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  /** How many classes rank before {@code truth}. */
  private static int rank(int truth, float[] scores) {
    int before = 0;
    for (int c = 0; c < scores.length; c++) {
      boolean first = scores[c] > scores[truth] || (scores[c] == scores[truth] && c < truth);
      before += first ? 1 : 0;
    }
    return before;
  }

  private static void requireFinite(float[] scores) {
    for (int c = 0; c < scores.length; c++) {
      if (!Float.isFinite(scores[c])) {
        throw new AdapterXException(
            "The model's score of class "
                + c
                + " is "
                + scores[c]
                + ", expected a finite number: training has diverged or the weights are damaged;"
                + " lower the learning rate, or use precision: fp32");
      }
    }
  }
}
