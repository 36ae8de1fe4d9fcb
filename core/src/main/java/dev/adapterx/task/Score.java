package dev.adapterx.task;

/**
 * A measured value that models are compared by.
 *
 * @param name in logs and files: {@code accuracy}, {@code miou}
 * @param value in percent where it is a share
 * @param higherIsBetter whether a larger value is a better one
 */
public record Score(String name, double value, boolean higherIsBetter) {
  /** Whether this is better than another value of the same score. */
  public boolean isBetterThan(double other) {
    return higherIsBetter ? value > other : value < other;
  }
}
