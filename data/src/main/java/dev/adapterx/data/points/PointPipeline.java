package dev.adapterx.data.points;

import dev.adapterx.base.DataException;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a cloud between the data set and the batch, where it lies as (G, K + 1, 3): see
 * {@link Groups#write(PointCloud, int, int, float[], int)}. Sampling and grouping run on the
 * loader's threads, ahead of the network; what groups by itself gets the N points, (N, 3), and the
 * sampling of these N out of more still runs here.
 *
 * @param points N: every cloud must have as many after {@code geometry} and {@code augment}
 * @param groups G
 * @param neighbours K
 * @param geometry the part that always gives the same result; its result is what is cached
 * @param augment the random part, drawn anew in every epoch; null for none
 * @param grouped whether the batch has groups; points otherwise
 */
public record PointPipeline(
    int points,
    int groups,
    int neighbours,
    PointTransform geometry,
    @Nullable PointTransform augment,
    boolean grouped)
    implements Pipeline<PointCloud> {

  /**
   * Always the same: the N farthest points. For evaluation, and for training without augmentation.
   *
   * @param scale what brings clouds to the scale the backbone knows
   */
  public static PointPipeline plain(int points, int groups, int neighbours, PointTransform scale) {
    return new PointPipeline(
        points, groups, neighbours, scale.then(new Sample(points)), null, true);
  }

  /**
   * As the published training loops: N random ones of somewhat more farthest points, then the
   * augmentation.
   */
  public static PointPipeline augmented(
      int points, int groups, int neighbours, PointTransform scale, PointTransform augment) {
    return new PointPipeline(
        points, groups, neighbours, scale, new RandomSubset(points).then(augment), true);
  }

  /** The same way, at whose end the points are not grouped. */
  public PointPipeline ungrouped() {
    return new PointPipeline(points, groups, neighbours, geometry, augment, false);
  }

  @Override
  public int values() {
    return grouped ? Groups.values(groups, neighbours) : Math.multiplyExact(3, points);
  }

  @Override
  public @Nullable BatchTransform mix() {
    return null;
  }

  @Override
  public void requireFinished(PointCloud cloud, String where) {
    if (cloud.size() != points) {
      throw new DataException(
          where
              + " has "
              + cloud.size()
              + " points after all transforms, but the backbone takes "
              + points);
    }
  }

  @Override
  public void write(PointCloud cloud, float[] into, int offset) {
    if (grouped) {
      Groups.write(cloud, groups, neighbours, into, offset);
    } else {
      System.arraycopy(cloud.xyz(), 0, into, offset, values());
    }
  }

  @Override
  public String size(PointCloud cloud) {
    return cloud.size() + " points";
  }

  @Override
  public long bytes(PointCloud cloud) {
    return 4L * cloud.xyz().length;
  }
}
