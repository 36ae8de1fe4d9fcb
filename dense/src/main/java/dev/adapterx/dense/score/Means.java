package dev.adapterx.dense.score;

/** Means of values of which some are missing. */
final class Means {
  private Means() {}

  /** Of those that are not NaN; NaN when none is. */
  static double known(double[] values) {
    double sum = 0;
    int n = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    return sum / n;
  }
}
