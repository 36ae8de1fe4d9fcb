package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/** Points as they come out of a file. Grows with what is there, not with what a header promises. */
final class Points {
  private float[] xyz = new float[3 * 256];
  private int size;
  private final double[] least = {1 / 0.0, 1 / 0.0, 1 / 0.0};
  private final double[] most = {-1 / 0.0, -1 / 0.0, -1 / 0.0};
  private double rounding;

  int size() {
    return size;
  }

  /** Adds a point, rounded to single precision. */
  void add(double x, double y, double z) {
    requireFinite(size, x, y, z);
    if (size == Limits.MOST) {
      throw new DataException(
          "it holds more than "
              + Limits.MOST
              + " points; thin it out or cut it in pieces of at most that many");
    }
    if (3 * size == xyz.length) {
      xyz = Arrays.copyOf(xyz, 3 * (int) Math.min(Limits.MOST, 2L * size));
    }
    put(0, x);
    put(1, y);
    put(2, z);
    size++;
  }

  private void put(int axis, double value) {
    float single = (float) value;
    xyz[3 * size + axis] = single;
    least[axis] = Math.min(least[axis], value);
    most[axis] = Math.max(most[axis], value);
    rounding = Math.max(rounding, Math.abs(value - single));
  }

  /**
   * The coordinates.
   *
   * @throws DataException when rounding moved a point by more than 1/10000 of the cloud's extent
   */
  float[] toArray() {
    double extent = 0;
    double farthest = 0;
    for (int axis = 0; axis < 3; axis++) {
      extent = Math.max(extent, most[axis] - least[axis]);
      farthest = Math.max(farthest, Math.max(most[axis], -least[axis]));
    }
    if (rounding > extent / 10_000 && extent > 0) {
      throw new DataException(
          "its points are spread over %s, but up to %s from the origin: single precision would move"
                  .formatted((float) extent, (float) farthest)
              + " them by up to %s. Subtract the same offset from all of them"
                  .formatted((float) rounding));
    }
    return Arrays.copyOf(xyz, 3 * size);
  }

  /** Refuses what is no number or too large for single precision. */
  static void requireFinite(int index, double x, double y, double z) {
    if (!Float.isFinite((float) x) || !Float.isFinite((float) y) || !Float.isFinite((float) z)) {
      throw new DataException(
          "point %d (counted from 1) is (%s, %s, %s), expected finite coordinates below 3.4e38;"
                  .formatted(index + 1, x, y, z)
              + " remove such points from the file");
    }
  }
}
