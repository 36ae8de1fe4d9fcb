package dev.adapterx.data.points;

/** Selects points of a cloud as a new cloud. */
public final class Selection {
  private Selection() {}

  /**
   * Those of the numbers given, in that order; a number may be given twice.
   *
   * @param points in [0, N)
   */
  public static PointCloud of(PointCloud cloud, int[] points) {
    float[] xyz = new float[3 * points.length];
    for (int i = 0; i < points.length; i++) {
      System.arraycopy(cloud.xyz(), 3 * points[i], xyz, 3 * i, 3);
    }
    return new PointCloud(xyz);
  }
}
