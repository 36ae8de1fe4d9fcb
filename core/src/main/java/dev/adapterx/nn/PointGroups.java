package dev.adapterx.nn;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cuts clouds into overlapping groups on their device, the patches of a point transformer: the same
 * as {@code dev.adapterx.data.points.Groups} computes on the loader's threads, bit for bit.
 *
 * <p>Centres are farthest points by the rules of the CUDA operator that Point-MAE samples with: the
 * cloud's first point comes first; any other point with {@code |p|² <= 0.001} is never taken;
 * squared distances are floats and start at 1e10; among equally far points the lowest index is
 * taken. When all eligible points have been taken, the first of them is repeated; when none is
 * eligible, the cloud's first point is. A group consists of the points nearest to its centre,
 * itself included, equally near ones in order of index.
 *
 * <p>Pang et al., Masked Autoencoders for Point Cloud Self-supervised Learning, ECCV 2022, <a
 * href="https://arxiv.org/abs/2203.06604">paper</a>.
 */
public final class PointGroups {
  private static final double UNREACHED = 1e10;
  private static final double PADDING = 1e-3;

  private PointGroups() {}

  /**
   * Clouds (B, N, 3) with finite coordinates to groups (B, G, K + 1, 3) in fp32: for each group the
   * centre, then its neighbours minus the centre. Needs some 20 bytes times B · G · N of working
   * memory.
   *
   * @param groups G, 1 … N
   * @param neighbours K, 1 … N
   * @throws AdapterXException for any other shape or number
   */
  public static Tensor of(Tensor clouds, int groups, int neighbours) {
    require(clouds, groups, neighbours);
    return Scope.within(
        () -> {
          Tensor points = Tensors.fp32(clouds.detach());
          Tensor centres = PointSearch.farthest(points, reach(points), groups); // (B, G)
          Tensor members =
              PointSearch.nearest(PointSearch.squaresTo(points, centres), neighbours); // (B, G, K)
          Tensor centre = rows(points, centres).unsqueeze(2); // (B, G, 1, 3)
          Tensor around =
              rows(points, members.flatten(1, 2)).view(points.size(0), groups, neighbours, 3);
          return Tensors.cat(2, centre, around.sub(centre));
        });
  }

  /** The initial squared distances of the search for centres. */
  private static Tensor reach(Tensor points) {
    Tensor norms = PointSearch.squares(points);
    // In doubles, as in the operator: the float nearest to 0.001 lies above it and may be taken.
    Tensor padding = norms.to(ScalarType.Double).le(new Scalar(PADDING));
    return torch.full_like(norms, new Scalar(UNREACHED)).masked_fill(padding, new Scalar(-1.0));
  }

  /** Gathers the points (B, N, 3) at indices (B, M) as (B, M, 3). */
  private static Tensor rows(Tensor points, Tensor at) {
    return points.gather(1, at.unsqueeze(2).expand(-1, -1, 3));
  }

  private static void require(Tensor clouds, int groups, int neighbours) {
    long[] shape = clouds.shape();
    int least = Math.max(groups, neighbours);
    if (groups < 1 || neighbours < 1 || shape.length != 3 || shape[1] < least || shape[2] != 3) {
      throw new AdapterXException(
          "grouping: expected clouds (B, N, 3) of N points to cut into at least one group of at"
              + " least one and at most N neighbours, found "
              + Tensors.shape(shape)
              + " for "
              + groups
              + " groups of "
              + neighbours
              + " neighbours");
    }
  }
}
