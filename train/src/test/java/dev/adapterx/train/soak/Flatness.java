package dev.adapterx.train.soak;

import java.util.Arrays;
import java.util.Locale;

/**
 * Whether a gauge stays where it is. The first quarter is for warming up. Over the rest two things
 * are asked: the line through it (Theil and Sen: the median of the slopes of all pairs, which no
 * few outliers move) must not rise by more than is allowed, and the highest value of the last
 * quarter must not lie above the highest of the second quarter by more.
 *
 * @param rise of the line from the end of the first quarter to the end
 * @param peaks how much higher the last quarter's highest value is than the second's
 * @param allowed for either
 */
record Flatness(double rise, double peaks, double allowed) {
  /** Fewer say nothing. */
  static final int LEAST = 12;

  /**
   * Judges values taken one after the other.
   *
   * @param at when, ascending
   */
  static Flatness of(double[] at, double[] values, double allowed) {
    int n = values.length;
    if (n < LEAST) {
      throw new AssertionError("expected at least " + LEAST + " values, found " + n);
    }
    int from = n / 4;
    double rise = slope(at, values, from) * (at[n - 1] - at[from]);
    double peaks = highest(values, n - n / 4, n) - highest(values, from, n / 2);
    return new Flatness(rise, peaks, allowed);
  }

  private static double highest(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).max().orElseThrow();
  }

  private static double slope(double[] at, double[] values, int from) {
    int n = values.length - from;
    double[] slopes = new double[n * (n - 1) / 2];
    int pairs = 0;
    for (int i = from; i < values.length; i++) {
      for (int j = i + 1; j < values.length; j++) {
        slopes[pairs++] = (values[j] - values[i]) / (at[j] - at[i]);
      }
    }
    Arrays.sort(slopes);
    return (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
  }

  boolean isFlat() {
    return rise <= allowed && peaks <= allowed;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "rises by %.2f, last quarter's peak %+.2f, allowed %.2f",
        rise,
        peaks,
        allowed);
  }
}
