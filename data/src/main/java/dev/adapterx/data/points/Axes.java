package dev.adapterx.data.points;

import java.util.stream.IntStream;

/** Coordinates in separate arrays, so that loops over all points are vectorised. */
@SuppressWarnings("ArrayRecordComponent") // scratch space of a loop; never compared
record Axes(float[] x, float[] y, float[] z) {
  static Axes of(PointCloud cloud) {
    return of(cloud, IntStream.range(0, cloud.size()).toArray());
  }

  static Axes of(PointCloud cloud, int[] points) {
    Axes axes =
        new Axes(new float[points.length], new float[points.length], new float[points.length]);
    for (int i = 0; i < points.length; i++) {
      axes.x[i] = cloud.xyz()[3 * points[i]];
      axes.y[i] = cloud.xyz()[3 * points[i] + 1];
      axes.z[i] = cloud.xyz()[3 * points[i] + 2];
    }
    return axes;
  }

  /** Squared distance of every point to one point of the cloud. */
  void squaredDistances(PointCloud cloud, int point, float[] into) {
    float px = cloud.xyz()[3 * point];
    float py = cloud.xyz()[3 * point + 1];
    float pz = cloud.xyz()[3 * point + 2];
    for (int i = 0; i < x.length; i++) {
      float dx = x[i] - px;
      float dy = y[i] - py;
      float dz = z[i] - pz;
      into[i] = dx * dx + dy * dy + dz * dz;
    }
  }
}
