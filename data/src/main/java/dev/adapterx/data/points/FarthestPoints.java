package dev.adapterx.data.points;

import dev.adapterx.base.DataException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Farthest point sampling: each point is the one farthest from all taken before it.
 *
 * <p>The rules are those of the CUDA operator that Point-MAE and its successors sample with, so
 * that their weights get the groups they were trained on:
 *
 * <ul>
 *   <li>the first point is the cloud's first, at any position;
 *   <li>any other point with {@code |p|² <= 0.001} is never taken: the operator intends this for
 *       padding at the origin, but it also drops the centre of a normalised cloud;
 *   <li>squared distances are floats and start at 1e10;
 *   <li>among equally far points the one with the lowest index is taken. The operator prefers the
 *       one with the lowest index modulo its number of threads, 512 for 512 points or more; apart
 *       from equal points, such ties hardly occur in measured clouds.
 * </ul>
 *
 * <p>Two consequences are kept as well. When all eligible points have been taken, the first of them
 * is repeated; when none is eligible, the cloud's first is.
 *
 * <p>Eldar et al., The Farthest Point Strategy for Progressive Image Sampling, IEEE Transactions on
 * Image Processing 1997; Qi et al., PointNet++, NeurIPS 2017, <a
 * href="https://arxiv.org/abs/1706.02413">paper</a>.
 */
public final class FarthestPoints {
  private static final float UNREACHED = 1e10f;
  // A double, as in the operator: the float nearest to 0.001 lies above it and is kept.
  private static final double PADDING = 1e-3;

  private FarthestPoints() {}

  /**
   * Indices of {@code count} points, in the order in which they are taken, in {@code O(N · count)}
   * time.
   *
   * @param cloud N points with finite coordinates
   * @throws DataException if {@code count} is not in [1, N]
   */
  public static int[] of(PointCloud cloud, int count) {
    if (count < 1 || count > cloud.size()) {
      throw new DataException(
          "Farthest point sampling: cannot take "
              + count
              + " points from a cloud of "
              + cloud.size()
              + ", expected 1 to "
              + cloud.size());
    }
    int[] taken = new int[count];
    int[] kept = selectable(cloud);
    if (kept.length == 0) {
      return taken;
    }
    Axes axes = Axes.of(cloud, kept);
    float[] nearest = new float[kept.length];
    float[] distances = new float[kept.length];
    Arrays.fill(nearest, UNREACHED);
    for (int i = 1; i < count; i++) {
      axes.squaredDistances(cloud, taken[i - 1], distances);
      taken[i] = kept[farthest(nearest, distances)];
    }
    return taken;
  }

  private static int[] selectable(PointCloud cloud) {
    return IntStream.range(0, cloud.size()).filter(i -> squaredNorm(cloud, i) > PADDING).toArray();
  }

  private static float squaredNorm(PointCloud cloud, int point) {
    float x = cloud.xyz()[3 * point];
    float y = cloud.xyz()[3 * point + 1];
    float z = cloud.xyz()[3 * point + 2];
    return x * x + y * y + z * z;
  }

  /** Lowers the distances by the point taken last, and finds the first of the largest. */
  private static int farthest(float[] nearest, float[] distances) {
    float largest = 0;
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = Math.min(nearest[i], distances[i]);
      largest = Math.max(largest, nearest[i]);
    }
    int first = 0;
    while (first < nearest.length - 1 && nearest[first] < largest) {
      first++;
    }
    return first;
  }
}
