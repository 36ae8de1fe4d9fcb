package dev.adapterx.task;

/**
 * How many of the things a task decides were decided rightly: samples, pixels or points.
 *
 * @param right of them
 * @param of how many; 0 where a task decides nothing, as masked pre-training
 */
public record Hits(long right, long of) {
  /** Nothing was decided. */
  public static final Hits NONE = new Hits(0, 0);

  /** Both together. */
  public Hits plus(Hits other) {
    return new Hits(right + other.right, of + other.of);
  }

  /** The share that was right in percent; NaN where nothing was decided. */
  public double percent() {
    return of == 0 ? Double.NaN : 100.0 * right / of;
  }
}
