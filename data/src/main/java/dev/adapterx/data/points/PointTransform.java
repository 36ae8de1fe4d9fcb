package dev.adapterx.data.points;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Transform;

/** Transforms a cloud into a new one; the original is unchanged. */
@FunctionalInterface
public interface PointTransform extends Transform<PointCloud> {
  @Override
  PointCloud apply(PointCloud cloud, Rng rng);

  /** This one, then the other. */
  default PointTransform then(PointTransform next) {
    return (cloud, rng) -> next.apply(apply(cloud, rng), rng);
  }
}
