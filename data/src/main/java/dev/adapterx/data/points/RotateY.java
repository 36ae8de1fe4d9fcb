package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/**
 * Rotates a cloud about the y axis, which points up in the usual data sets, by an angle {@code U(0,
 * 2π)}: each row vector times {@code [[c, 0, s], [0, 1, 0], [-s, 0, c]]}.
 */
public record RotateY() implements PointTransform {
  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    return by(cloud, Stretch.uniform(rng, 0, 2 * Math.PI));
  }

  static PointCloud by(PointCloud cloud, double angle) {
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    float[] turned = cloud.xyz().clone();
    for (int i = 0; i < turned.length; i += 3) {
      double x = turned[i];
      double z = turned[i + 2];
      turned[i] = (float) (x * c - z * s);
      turned[i + 2] = (float) (x * s + z * c);
    }
    return new PointCloud(turned);
  }
}
