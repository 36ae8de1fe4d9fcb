package dev.adapterx.dense.score;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.ClassMask;

/**
 * Counts pixels by true and predicted class over many pictures; what {@link PixelScore} is computed
 * from. Pixels whose truth is {@link ClassMask#IGNORED} are left out.
 */
public final class PixelCounts {
  /** The table of pairs then takes 128 MiB. */
  private static final int MOST_CLASSES = 4096;

  private final int classes;
  private final long[] counts;

  public PixelCounts(int classes) {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new DataException(
          "pixels of %d classes cannot be counted; expected 1 … %d"
              .formatted(classes, MOST_CLASSES));
    }
    this.classes = classes;
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  /**
   * Adds one picture.
   *
   * @throws DataException when the sizes differ or an index is none of the classes: such a label
   *     would vanish from the truth and still count against the prediction
   */
  public void add(ClassMask truth, ClassMask predicted) {
    if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
      throw new DataException(
          "the truth has %d × %d pixels, the prediction %d × %d"
              .formatted(truth.width(), truth.height(), predicted.width(), predicted.height()));
    }
    truth.requireClasses(classes, "the truth");
    short[] labels = truth.classes();
    short[] guesses = predicted.classes();
    for (int i = 0; i < labels.length; i++) {
      if (guesses[i] < 0 || guesses[i] >= classes) {
        throw new DataException(
            "the prediction of pixel (%d, %d) is class %d; there are %d classes"
                .formatted(i % truth.width(), i / truth.width(), guesses[i], classes));
      }
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != ClassMask.IGNORED) {
        counts[labels[i] * classes + guesses[i]]++;
      }
    }
  }

  /** Adds what another counted. */
  public void add(PixelCounts other) {
    if (other.classes != classes) {
      throw new DataException(
          "counts of %d and %d classes cannot be added".formatted(classes, other.classes));
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  public int classes() {
    return classes;
  }

  /** Pixels of a class that were taken for another, or for the same. */
  public long count(int truth, int predicted) {
    return counts[truth * classes + predicted];
  }

  /** The figures. */
  public PixelScore score() {
    long[] right = new long[classes];
    long[] truth = new long[classes];
    long[] predicted = new long[classes];
    for (int t = 0; t < classes; t++) {
      right[t] = count(t, t);
      for (int p = 0; p < classes; p++) {
        truth[t] += count(t, p);
        predicted[p] += count(t, p);
      }
    }
    return PixelScore.of(right, truth, predicted);
  }
}
