package dev.adapterx.model.input;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

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

  /**
   * Clouds (B, N, 3) to groups (B, G, K + 1, 3) by {@link PointGroups}; groups stay as they are.
   *
   * @throws AdapterXException when clouds have another number of points than the backbone takes
   */
  @Override
  public Tensor finished(Tensor input) {
    if (input.dim() != 3) {
      return input;
    }
    if (input.size(1) != points || input.size(2) != 3) {
      throw new AdapterXException(
          "grouping: expected clouds of shape "
              + Tensors.shape(input.size(0), points, 3)
              + ", or their groups "
              + Tensors.shape(input.size(0), groups, neighbours + 1L, 3)
              + ", found "
              + Tensors.shape(input.shape()));
    }
    return Engine.at("grouping", () -> PointGroups.of(input, groups, neighbours));
  }

  @Override
  public String normalisation() {
    return scale.text();
  }

  /** In words, for messages and reports. */
  @Override
  public String toString() {
    return points
        + " points in "
        + groups
        + " groups of "
        + neighbours
        + ", normalisation "
        + normalisation();
  }
}
