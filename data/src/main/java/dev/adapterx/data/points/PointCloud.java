package dev.adapterx.data.points;

import dev.adapterx.base.DataException;

/**
 * Points in space, in an order that matters: farthest point sampling starts at the first.
 *
 * @param xyz (N, 3) in one row; the cloud's own and not copied
 */
@SuppressWarnings("ArrayRecordComponent") // coordinates on their way to a tensor; never compared
public record PointCloud(float[] xyz) {
  public PointCloud {
    if (xyz.length == 0 || xyz.length % 3 != 0) {
      throw new DataException(
          "A point cloud has three coordinates for each of at least one point, found "
              + xyz.length
              + " numbers");
    }
  }

  /** Number of points, N. */
  public int size() {
    return xyz.length / 3;
  }
}
