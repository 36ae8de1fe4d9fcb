package dev.adapterx.train;

/**
 * How many of the things a task decides were decided rightly: samples, pixels or points.
 *
 * @param right of them
 * @param of how many; 0 where a task decides nothing, as masked pre-training
 */
record Hits(long right, long of) {
  /** Nothing was decided. */
  static final Hits NONE = new Hits(0, 0);

  Hits plus(Hits other) {
    return new Hits(right + other.right, of + other.of);
  }

  /** The share that was right in percent; NaN where nothing was decided. */
  double percent() {
    return of == 0 ? Double.NaN : 100.0 * right / of;
  }
}
