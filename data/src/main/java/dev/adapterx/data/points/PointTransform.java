package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/**
 * Turns one cloud into another and leaves the first as it is; the stream is the sample's own, so
 * the result does not depend on who else is loaded.
 */
@FunctionalInterface
public interface PointTransform {
  PointCloud apply(PointCloud cloud, Rng rng);

  /** This one, then the other. */
  default PointTransform then(PointTransform next) {
    return (cloud, rng) -> next.apply(apply(cloud, rng), rng);
  }
}
