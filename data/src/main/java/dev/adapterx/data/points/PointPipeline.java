package dev.adapterx.data.points;

import dev.adapterx.base.DataException;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * The processing of a cloud between the data set and the batch, where it has shape (G, K + 1, 3):
 * see {@link Groups#write(PointCloud, int, int, float[], int)}. Sampling and grouping run on the
 * loader's threads, ahead of the network; a device that groups by itself gets the N points, (N, 3),
 * and only the sampling of these N runs here.
 *
 * @param points N: the number of points that every cloud must have after {@code geometry} and
 *     {@code augment}
 * @param groups G
 * @param neighbours K
 * @param geometry the deterministic part, whose result is cached
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
   * Deterministic: the N farthest points. For evaluation, and for training without augmentation.
   *
   * @param scale normalises clouds to the scale that the backbone expects
   */
  public static PointPipeline plain(int points, int groups, int neighbours, PointTransform scale) {
    return new PointPipeline(
        points, groups, neighbours, scale.then(new Sample(points)), null, true);
  }

  /**
   * As in published training loops: N random points out of somewhat more farthest points, then the
   * augmentation.
   */
  public static PointPipeline augmented(
      int points, int groups, int neighbours, PointTransform scale, PointTransform augment) {
    return new PointPipeline(
        points, groups, neighbours, scale, new RandomSubset(points).then(augment), true);
  }

  /** The same pipeline without grouping. */
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
