package dev.adapterx.nn;

import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Farthest and nearest points as tensor operations, for all clouds of a batch at once: nothing is
 * read back, so the device never stalls. Among equally far or near points the lowest index comes
 * first. The choice of points has no gradient.
 *
 * <p>Squared distances are {@code (dx² + dy²) + dz²} in the points' dtype, each operation rounded
 * by itself, as a loop in Java computes them: the choices are the same on every device.
 */
public final class PointSearch {
  private PointSearch() {}

  /**
   * Farthest point sampling: point 0, then repeatedly the point farthest from all taken so far.
   *
   * @param points (B, N, 3)
   * @param reach (B, N) initial squared distances, in the points' dtype; points below 0 are taken
   *     only if all are below 0
   * @param count S, at least 1
   * @return (B, S) int64, in the order in which they are taken
   */
  public static Tensor farthest(Tensor points, Tensor reach, int count) {
    return Scope.within(
        () -> {
          Tensor axes = axes(points);
          Tensor nearest = reach.detach().clone();
          Tensor[] taken = new Tensor[count];
          taken[0] = Tensors.beside(points, Tensors.zeros(ScalarType.Long, points.size(0), 1));
          for (int s = 1; s < count; s++) {
            Tensor last = taken[s - 1];
            taken[s] = Scope.within(() -> next(axes, nearest, last)); // frees each step's distances
          }
          return torch.cat(new TensorVector(taken), 1);
        });
  }

  /** Lowers the distances by the point taken last; (B, 1), the first of the largest. */
  private static Tensor next(Tensor axes, Tensor nearest, Tensor last) {
    Tensor squares = squares(axes, last).squeeze(1);
    torch.minimum_out(nearest, nearest, squares);
    return nearest.argmax(new LongOptional(1), true); // the first of several maxima, by contract
  }

  /**
   * Squared distances of all points to the chosen ones.
   *
   * @param points (B, N, 3)
   * @param chosen (B, S) int64
   * @return (B, S, N)
   */
  public static Tensor squaresTo(Tensor points, Tensor chosen) {
    return Scope.within(() -> squares(axes(points), chosen));
  }

  /** Squared lengths of points (B, N, 3) as (B, N). */
  static Tensor squares(Tensor points) {
    Tensor axes = axes(points);
    return sum(axes.mul(axes));
  }

  /**
   * The nearest points first.
   *
   * @param squares (B, S, N)
   * @param count K, at most N
   * @return (B, S, K) int64
   */
  public static Tensor nearest(Tensor squares, int count) {
    return Scope.within(
        () ->
            squares
                .sort(new BoolOptional(true), 2, false) // stable: equals keep their order
                .get1()
                .narrow(2, 0, count)
                .contiguous());
  }

  /**
   * Turns indices within each cloud into row numbers across all clouds.
   *
   * @param indices (B, …) int64 in [0, N)
   * @param points N
   * @return (B · …)
   */
  public static Tensor rows(Tensor indices, long points) {
    Tensor first =
        torch
            .arange(new Scalar(indices.size(0)), indices.options())
            .mul(new Scalar(points))
            .unsqueeze(1);
    return indices.flatten(1, -1).add(first).flatten();
  }

  /**
   * Selects rows (M) of x (R, D) as (M, D). Differentiable.
   *
   * @param rows int64 in [0, R)
   */
  public static Tensor chosen(Tensor x, Tensor rows) {
    return x.is_meta() // where libtorch supports only this slower way of selecting
        ? x.gather(0, rows.unsqueeze(1).expand(-1, x.size(1)))
        : x.index_select(0, rows);
  }

  /** Separates the coordinates, (B, N, 3) to (B, 3, N), so that operations run along the points. */
  private static Tensor axes(Tensor points) {
    return points.detach().transpose(1, 2).contiguous();
  }

  private static Tensor squares(Tensor axes, Tensor chosen) {
    long count = chosen.size(1);
    Tensor from = axes.gather(2, chosen.unsqueeze(1).expand(-1, 3, count)); // (B, 3, S)
    Tensor apart = axes.unsqueeze(2).sub(from.unsqueeze(3)); // (B, 3, S, N)
    return sum(apart.mul_(apart));
  }

  private static Tensor sum(Tensor squares) {
    return squares.select(1, 0).add(squares.select(1, 1)).add_(squares.select(1, 2));
  }
}
