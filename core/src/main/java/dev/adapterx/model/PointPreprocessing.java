package dev.adapterx.model;

import dev.adapterx.base.ConfigException;

/**
 * How point clouds are prepared for a backbone: N points by farthest point sampling, G of them as
 * centres of groups of their K nearest points.
 *
 * @param points N
 * @param groups G
 * @param neighbours K, the centre itself included
 * @param scale {@link Normalisation#UNIT_SPHERE} or {@link Normalisation#NONE}
 */
public record PointPreprocessing(int points, int groups, int neighbours, Normalisation scale)
    implements Preprocessing {
  public PointPreprocessing {
    if (points < 1 || groups < 1 || neighbours < 1 || groups > points || neighbours > points) {
      throw new ConfigException(
          "backbone: expected points N, and groups and neighbours from 1 to N, found points "
              + points
              + ", groups "
              + groups
              + ", neighbours "
              + neighbours);
    }
    if (scale != Normalisation.UNIT_SPHERE && scale != Normalisation.NONE) {
      throw new ConfigException(
          "backbone.normalisation: point clouds have unit-sphere or none, found " + scale.text());
    }
  }

  /** (G, K + 1, 3): of each group the centre, then its neighbours relative to it. */
  @Override
  public long[] inputShape() {
    return new long[] {groups, neighbours + 1L, 3};
  }

  @Override
  public String normalisation() {
    return scale.text();
  }
}
