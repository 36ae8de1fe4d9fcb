package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/** Scales each axis by its own {@code U(0.9, 1.1)}. */
public record ScaleOnly() implements PointTransform {
  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    return Stretch.apply(cloud, Stretch.perAxis(rng, 0.9, 1.1), new double[3]);
  }
}
