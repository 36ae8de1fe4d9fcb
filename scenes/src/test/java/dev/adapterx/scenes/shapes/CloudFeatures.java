package dev.adapterx.scenes.shapes;

import dev.adapterx.data.points.PointCloud;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Plain statistics of a point cloud. */
final class CloudFeatures {
  private CloudFeatures() {}

  static long crc(PointCloud cloud) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * cloud.xyz().length);
    bytes.asFloatBuffer().put(cloud.xyz());
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    return crc.getValue();
  }

  /**
   * Shares of the distances between points in 20 bins (Osada et al., "Shape Distributions", 2002)
   * and of the heights in 12.
   */
  static double[] distancesAndHeights(PointCloud cloud) {
    double[] histogram = new double[32];
    int n = cloud.size();
    for (int i = 0; i < n; i++) {
      for (int step = 1; step < 32; step++) {
        histogram[(int) Math.min(19, 10 * distance(cloud, i, (i + step) % n))] += 1.0 / n;
      }
      double height = (cloud.xyz()[3 * i + 1] + 1) * 6;
      histogram[20 + (int) Math.max(0, Math.min(11, height))] += 8.0 / n;
    }
    return histogram;
  }

  static double distance(PointCloud cloud, int i, int j) {
    double sum = 0;
    for (int d = 0; d < 3; d++) {
      double step = cloud.xyz()[3 * i + d] - cloud.xyz()[3 * j + d];
      sum += step * step;
    }
    return Math.sqrt(sum);
  }

  /** Of the mean from the origin, and of the farthest point from the origin. */
  static double[] meanAndRadius(PointCloud cloud) {
    double[] mean = new double[3];
    double most = 0;
    float[] p = cloud.xyz();
    for (int i = 0; i < p.length; i += 3) {
      for (int d = 0; d < 3; d++) {
        mean[d] += p[i + d] / (double) cloud.size();
      }
      most =
          Math.max(
              most,
              (double) p[i] * p[i] + (double) p[i + 1] * p[i + 1] + (double) p[i + 2] * p[i + 2]);
    }
    double off = Math.sqrt(mean[0] * mean[0] + mean[1] * mean[1] + mean[2] * mean[2]);
    return new double[] {off, Math.sqrt(most)};
  }
}
