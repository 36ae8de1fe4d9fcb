package dev.adapterx.dense.parts;

import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What each point takes over of the groups: of the three nearest centres, by squared distance d,
 * with weights {@code 1 / (d + 1e-8)} that are divided by their sum (PointNet++, Qi et al., NeurIPS
 * 2017, <a href="https://arxiv.org/abs/1706.02413">paper</a>). Distances are sums of squared
 * differences; the authors' code expands the square, which rounds more.
 */
final class Propagation {
  private static final int NEAREST = 3;
  private static final double EPS = 1e-8;

  private Propagation() {}

  /**
   * The weights, 0 for all but the nearest.
   *
   * @param points (B, N, 3)
   * @param centres (B, G, 3)
   * @return (B, N, G) in fp32, without a gradient
   */
  static Tensor weights(Tensor points, Tensor centres) {
    return Scope.within(
        () -> {
          Tensor squares = squares(Tensors.fp32(points.detach()), Tensors.fp32(centres.detach()));
          long count = Math.min(NEAREST, centres.size(1));
          var nearest = squares.topk(count, 2, false, true);
          Tensor near = nearest.get0().add(new Scalar(EPS)).reciprocal(); // (B, N, 3)
          Tensor shares = near.div(near.sum(new long[] {2}, true, noType()));
          return torch.zeros_like(squares).scatter(2, nearest.get1(), shares);
        });
  }

  private static ScalarTypeOptional noType() {
    return new ScalarTypeOptional();
  }

  /** (B, N, G): axis by axis, so that no tensor of (B, N, G, 3) is made. */
  private static Tensor squares(Tensor points, Tensor centres) {
    Tensor sum = null;
    for (int axis = 0; axis < 3; axis++) {
      Tensor apart = points.select(2, axis).unsqueeze(2).sub(centres.select(2, axis).unsqueeze(1));
      Tensor square = apart.mul_(apart);
      sum = sum == null ? square : sum.add_(square);
    }
    return Objects.requireNonNull(sum);
  }

  /**
   * Features of groups as features of points.
   *
   * @param weights (B, N, G), of {@link #weights}
   * @param groups (B, G, W)
   * @return (B, N, W)
   */
  static Tensor spread(Tensor weights, Tensor groups) {
    return weights.bmm(groups);
  }
}
