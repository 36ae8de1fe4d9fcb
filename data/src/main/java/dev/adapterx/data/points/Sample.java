package dev.adapterx.data.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;

/**
 * The farthest points of a cloud, in the order in which {@link FarthestPoints} takes them: how
 * clouds are sampled to the network's number of points in evaluation. Draws nothing from the
 * stream.
 *
 * <p>Refuses a cloud of fewer points with a {@link DataException}.
 *
 * @param points at least 1
 */
public record Sample(int points) implements PointTransform {
  public Sample {
    if (points < 1) {
      throw new ConfigException("sample: points must be at least 1, found " + points);
    }
  }

  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    return Selection.of(cloud, FarthestPoints.of(cloud, points));
  }
}
