package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/** Points as they come out of a file. Grows with what is there, not with what a header promises. */
final class Points {
  private float[] xyz = new float[3 * 256];
  private int size;

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
    xyz[3 * size] = (float) x;
    xyz[3 * size + 1] = (float) y;
    xyz[3 * size + 2] = (float) z;
    size++;
  }

  float[] toArray() {
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
