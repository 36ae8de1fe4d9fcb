package dev.adapterx.data.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Arrays;

/**
 * A random choice, without repetition and in random order, among somewhat more farthest points than
 * needed: how clouds are sampled to the network's number of points in training.
 *
 * <p>The points chosen from number 1200 for 1024, 2400 for 2048, 4800 for 4096, 8192 for 8192 and
 * {@code round(1.17 n)} for any other n, but never more than the cloud has. Where the cloud has
 * exactly the number needed, as in ScanObjectNN, only their order is random; it determines the
 * groups, since {@link FarthestPoints} starts at the first. Points that {@link FarthestPoints}
 * never takes are lost here too, and its repetitions are kept: as in published training loops.
 *
 * <p>Refuses a cloud of fewer points than needed with a {@link DataException}.
 *
 * @param points at least 1
 */
public record RandomSubset(int points) implements PointTransform {
  public RandomSubset {
    if (points < 1) {
      throw new ConfigException("random subset: points must be at least 1, found " + points);
    }
  }

  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    if (points > cloud.size()) {
      throw new DataException(
          "Random subset: expected at least " + points + " points, found " + cloud.size());
    }
    int[] candidates = FarthestPoints.of(cloud, Math.min(candidates(), cloud.size()));
    int[] order = rng.permutation(candidates.length);
    return Selection.of(
        cloud, Arrays.stream(order).limit(points).map(i -> candidates[i]).toArray());
  }

  /** The number of farthest points to choose from, in a cloud that has as many. */
  int candidates() {
    return switch (points) {
      case 1024 -> 1200;
      case 2048 -> 2400;
      case 4096 -> 4800;
      case 8192 -> 8192;
      default -> (int) Math.min(Integer.MAX_VALUE, Math.round(1.17 * points));
    };
  }
}
