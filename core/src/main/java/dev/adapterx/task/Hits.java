package dev.adapterx.task;

/**
 * How many of a task's decisions were correct: samples, pixels or points.
 *
 * @param right of them
 * @param of number of decisions; 0 where a task makes none, as in masked pre-training
 */
public record Hits(long right, long of) {
  /** No decisions. */
  public static final Hits NONE = new Hits(0, 0);

  /** The sum of both. */
  public Hits plus(Hits other) {
    return new Hits(right + other.right, of + other.of);
  }

  /** The share of correct decisions in percent; NaN without decisions. */
  public double percent() {
    return of == 0 ? Double.NaN : 100.0 * right / of;
  }
}
