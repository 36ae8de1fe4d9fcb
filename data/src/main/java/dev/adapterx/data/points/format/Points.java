package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.points.PointCloud;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the points of a file, in double precision. Grows with the actual content, not with the
 * header's count. Points that are not finite, which scanners write where they measured nothing,
 * keep their index, since faces count them, until {@link #finish} leaves them out.
 */
public final class Points {
  private static final int BLOCK = 1 << 12;

  /** Where rounding moves points by more than this share of the extent, the cloud is centred. */
  private static final double TOLERATED = 0x1p-20;

  private final List<double[]> blocks = new ArrayList<>();
  private int[] labels = new int[0];
  private int size;
  private int leftOut;

  /** Number of points, including those that are left out at the end. */
  public int size() {
    return size;
  }

  /** Whether any point is finite; without one there is no cloud. */
  public boolean someFinite() {
    return leftOut < size;
  }

  /**
   * Adds a point.
   *
   * @throws DataException when there are 50 million already
   */
  public void add(double x, double y, double z) {
    if (size == Limits.MOST) {
      throw new DataException(
          "it holds more than "
              + Limits.MOST
              + " points; thin it out or cut it in pieces of at most that many");
    }
    if (size % BLOCK == 0) {
      blocks.add(new double[3 * BLOCK]);
    }
    double[] block = blocks.get(size / BLOCK);
    int at = 3 * (size % BLOCK);
    block[at] = x;
    block[at + 1] = y;
    block[at + 2] = z;
    leftOut += isFinite(block, at) ? 0 : 1;
    size++;
  }

  /**
   * The label of the point added last.
   *
   * @throws DataException when it is no whole number
   */
  void label(double label) {
    if (size > labels.length) {
      labels = Arrays.copyOf(labels, (int) Math.min(Limits.MOST, Math.max(BLOCK, 2L * size)));
    }
    labels[size - 1] = LabelColumn.value(label, size);
  }

  /**
   * The finite points as a cloud, moved to the origin where single precision needs it.
   *
   * @throws DataException when no point is finite
   */
  public PointCloud cloud() {
    Finished finished = finish();
    return new PointCloud(finished.xyz(), finished.leftOut());
  }

  /**
   * The finite points in single precision.
   *
   * @param xyz (N, 3) in one row
   * @param positions index of each added point in {@code xyz}; -1: left out. Empty if none was left
   *     out
   * @param leftOut number of points that are not finite
   * @param kept number of each point of {@code xyz} among those added; empty if none was left out
   * @param labels of the points of {@code xyz}; empty where none were given
   */
  @SuppressWarnings("ArrayRecordComponent") // in transit to a mesh
  record Finished(float[] xyz, int[] positions, int leftOut, int[] kept, int[] labels) {}

  /**
   * Rounds to single precision. A cloud so far from the origin that this would move its points by
   * more than a millionth of its extent, as map coordinates are, is first moved so that its mean is
   * the origin.
   *
   * @throws DataException when no point is finite
   */
  Finished finish() {
    int count = size - leftOut;
    if (count == 0) {
      throw new DataException(
          size == 0
              ? "it holds no points; expected at least one. Remove the file"
              : "none of its %d points has finite coordinates below 3.4e38; remove the file"
                  .formatted(size));
    }
    double[] origin = isTooFar() ? mean(count) : new double[3];
    float[] xyz = new float[3 * count];
    int[] positions = new int[leftOut == 0 ? 0 : size];
    int[] numbers = new int[leftOut == 0 ? 0 : count];
    int[] own = new int[labels.length == 0 ? 0 : count];
    int next = 0;
    for (int i = 0; i < size; i++) {
      double[] block = blocks.get(i / BLOCK);
      int at = 3 * (i % BLOCK);
      boolean kept = isFinite(block, at);
      if (leftOut > 0) {
        positions[i] = kept ? next : -1;
      }
      if (kept) {
        if (leftOut > 0) {
          numbers[next] = i;
        }
        if (own.length > 0) {
          own[next] = labels[i];
        }
        for (int axis = 0; axis < 3; axis++) {
          xyz[3 * next + axis] = (float) (block[at + axis] - origin[axis]);
        }
        next++;
      }
    }
    return new Finished(xyz, positions, leftOut, numbers, own);
  }

  private boolean isTooFar() {
    double[] least = {1 / 0.0, 1 / 0.0, 1 / 0.0};
    double[] most = {-1 / 0.0, -1 / 0.0, -1 / 0.0};
    double rounding = 0;
    for (int i = 0; i < size; i++) {
      double[] block = blocks.get(i / BLOCK);
      int at = 3 * (i % BLOCK);
      for (int axis = 0; isFinite(block, at) && axis < 3; axis++) {
        double value = block[at + axis];
        least[axis] = Math.min(least[axis], value);
        most[axis] = Math.max(most[axis], value);
        rounding = Math.max(rounding, Math.abs(value - (float) value));
      }
    }
    double extent = 0;
    for (int axis = 0; axis < 3; axis++) {
      extent = Math.max(extent, most[axis] - least[axis]);
    }
    return extent > 0 && rounding > TOLERATED * extent;
  }

  /** Sums the differences to the first point, which are small where the mean is large. */
  private double[] mean(int count) {
    double[] first = new double[3];
    double[] sum = new double[3];
    boolean found = false;
    for (int i = 0; i < size; i++) {
      double[] block = blocks.get(i / BLOCK);
      int at = 3 * (i % BLOCK);
      if (isFinite(block, at)) {
        for (int axis = 0; axis < 3; axis++) {
          first[axis] = found ? first[axis] : block[at + axis];
          sum[axis] += block[at + axis] - first[axis];
        }
        found = true;
      }
    }
    for (int axis = 0; axis < 3; axis++) {
      sum[axis] = first[axis] + sum[axis] / count;
    }
    return sum;
  }

  /** Whether single precision can hold the point. */
  private static boolean isFinite(double[] block, int at) {
    return Float.isFinite((float) block[at])
        && Float.isFinite((float) block[at + 1])
        && Float.isFinite((float) block[at + 2]);
  }
}
