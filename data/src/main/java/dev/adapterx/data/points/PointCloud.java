package dev.adapterx.data.points;

import dev.adapterx.base.DataException;

/**
 * Points in space, in an order that matters: farthest point sampling starts at the first.
 *
 * @param xyz (N, 3) in one array; owned by the cloud and not copied
 * @param leftOut number of points of its source without finite coordinates, which scanners write
 *     where they measured nothing; they are not among the N
 */
@SuppressWarnings("ArrayRecordComponent") // coordinates in transit to a tensor; never compared
public record PointCloud(float[] xyz, int leftOut) {
  public PointCloud {
    if (xyz.length == 0 || xyz.length % 3 != 0) {
      throw new DataException(
          "A point cloud has three coordinates for each of at least one point, found "
              + xyz.length
              + " numbers");
    }
  }

  /** A cloud without left-out points. */
  public PointCloud(float[] xyz) {
    this(xyz, 0);
  }

  /** Number of points, N. */
  public int size() {
    return xyz.length / 3;
  }

  /**
   * The points with finite coordinates: this cloud, if all are.
   *
   * @param where the file and the place in it, for messages
   * @throws DataException when there is none
   */
  public PointCloud finite(String where) {
    int kept = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      kept += isFinite(i) ? 3 : 0;
    }
    if (kept == xyz.length) {
      return this;
    }
    if (kept == 0) {
      throw new DataException(where + ": none of its " + size() + " points has finite coordinates");
    }
    float[] finite = new float[kept];
    int next = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      if (isFinite(i)) {
        finite[next++] = xyz[i];
        finite[next++] = xyz[i + 1];
        finite[next++] = xyz[i + 2];
      }
    }
    return new PointCloud(finite, leftOut + size() - next / 3);
  }

  private boolean isFinite(int at) {
    return Float.isFinite(xyz[at]) && Float.isFinite(xyz[at + 1]) && Float.isFinite(xyz[at + 2]);
  }
}
