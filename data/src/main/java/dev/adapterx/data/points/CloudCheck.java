package dev.adapterx.data.points;

import dev.adapterx.base.DataException;

/** Checks that a cloud can be sampled: finite, large enough, and not a single point. */
public final class CloudCheck {
  private CloudCheck() {}

  /**
   * The cloud itself, if it can be used.
   *
   * @param where the file and the place in it, for messages
   * @throws DataException if a coordinate is not finite, if there are fewer than {@code atLeast}
   *     points, or if all are equal
   */
  public static PointCloud requireUsable(PointCloud cloud, int atLeast, String where) {
    if (cloud.size() < atLeast) {
      throw new DataException(
          where
              + ": expected at least "
              + atLeast
              + " points, found "
              + cloud.size()
              + (cloud.leftOut() == 0
                  ? ""
                  : " and " + cloud.leftOut() + " without finite coordinates"));
    }
    requireFinite(cloud, where);
    if (isOnePoint(cloud)) {
      throw new DataException(
          where
              + (cloud.size() == 1
                  ? ": its only point is "
                  : ": every one of its " + cloud.size() + " points is ")
              + text(cloud, 0)
              + ", expected at least two different ones");
    }
    return cloud;
  }

  private static void requireFinite(PointCloud cloud, String where) {
    for (int i = 0; i < cloud.xyz().length; i++) {
      if (!Float.isFinite(cloud.xyz()[i])) {
        throw new DataException(
            where
                + ": point "
                + i / 3
                + " (counted from 0) is "
                + text(cloud, i / 3)
                + ", expected finite coordinates");
      }
    }
  }

  private static boolean isOnePoint(PointCloud cloud) {
    float[] xyz = cloud.xyz();
    for (int i = 3; i < xyz.length; i++) {
      if (xyz[i] != xyz[i - 3]) {
        return false;
      }
    }
    return true;
  }

  private static String text(PointCloud cloud, int point) {
    float[] xyz = cloud.xyz();
    return "(" + xyz[3 * point] + ", " + xyz[3 * point + 1] + ", " + xyz[3 * point + 2] + ")";
  }
}
