package dev.adapterx.model.input;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

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
   * Clouds (B, N, 3) to groups (B, G, K + 1, 3) by {@link PointGroups}; groups stay as they are, of
   * {@linkplain #asked asked} clouds they are taken.
   *
   * @throws AdapterXException when clouds have another number of points than the backbone takes
   */
  @Override
  public Tensor finished(Tensor input) {
    if (input.dim() != 3) {
      return input;
    }
    if (input.size(1) == askedRows()) {
      return input
          .narrow(1, 0, groups * (neighbours + 1L))
          .view(input.size(0), groups, neighbours + 1L, 3);
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

  /**
   * The rows of a cloud at whose points something is asked, as tasks of every point hand it over:
   * its G · (K + 1) rows of groups, the N points, and a row that says what the cloud is, in the
   * first of its numbers.
   */
  public int askedRows() {
    return Math.toIntExact(groups * (neighbours + 1L) + points + 1);
  }

  /**
   * The points (B, N, 3) at which something is asked: those of an asked cloud, or of a plain one.
   *
   * @param input as it was given to a backbone
   * @throws AdapterXException when it has groups alone
   */
  public Tensor asked(Tensor input) {
    if (input.dim() == 3 && input.size(1) == askedRows()) {
      return input.narrow(1, groups * (neighbours + 1L), points);
    }
    if (input.dim() == 3 && input.size(1) == points) {
      return input;
    }
    throw new AdapterXException(
        "expected clouds of shape "
            + Tensors.shape(input.size(0), points, 3)
            + " or "
            + Tensors.shape(input.size(0), askedRows(), 3)
            + ", whose points are to be labelled, found "
            + Tensors.shape(input.shape()));
  }

  /**
   * What asked clouds are, (B); absent of plain ones.
   *
   * @param input as it was given to a backbone
   */
  public @Nullable Tensor kinds(Tensor input) {
    return input.dim() == 3 && input.size(1) == askedRows()
        ? input.select(1, askedRows() - 1L).select(1, 0)
        : null;
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
