package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/** The same points in a random order. */
public record Shuffle() implements PointTransform {
  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    return Selection.of(cloud, rng.permutation(cloud.size()));
  }
}
