package dev.adapterx.peft.points;

import dev.adapterx.nn.PointSearch;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Neighbourhoods of a cloud's tokens: S of M positions that are far apart, the K positions nearest
 * to each, and the interpolation weight of each of the S for each patch.
 *
 * <p>Farthest point sampling starts at position 0 and takes the lowest index among equally far
 * ones, as do neighbours; distances are doubles. The choice of positions has no gradient; the
 * weights have one.
 *
 * @param members (B·S·K) rows of the neighbours, the position itself first
 * @param centres (B·S) rows of the chosen positions
 * @param weights (B, G, S): {@code (1 / (d² + 1e-8)) / Σ_S}
 * @param size K
 */
record Neighbourhoods(Tensor members, Tensor centres, Tensor weights, int size) {
  private static final double NEAR = 1e-8;

  /**
   * The neighbourhoods among positions (B, M, 3), with weights for patches (B, G, 3).
   *
   * @param count S, at most M
   * @param size K, at most M
   */
  static Neighbourhoods of(Tensor places, Tensor patches, int count, int size) {
    // For so few positions, loops in Java are three times as fast as many small tensor operations.
    Choice choice = places.is_cpu() ? inLoops(places, count, size) : byTensors(places, count, size);
    Tensor chosen = PointSearch.chosen(places.reshape(-1, 3), choice.centres);
    return new Neighbourhoods(
        choice.members,
        choice.centres,
        weights(patches, chosen.view(places.size(0), count, 3)),
        size);
  }

  /** Rows as above. */
  record Choice(Tensor members, Tensor centres) {}

  /** Chooses by tensor operations; nothing is read back, so the device never stalls. */
  static Choice byTensors(Tensor places, int count, int size) {
    long all = places.size(1);
    Tensor exact = places.detach().to(ScalarType.Double); // ties in float would differ
    Tensor unreached =
        torch.full_like(exact.select(2, 0), new Scalar(Double.POSITIVE_INFINITY)); // (B, M)
    Tensor centres = PointSearch.farthest(exact, unreached, count); // (B, S)
    Tensor squares = PointSearch.squaresTo(exact, centres); // (B, S, M)
    Tensor first =
        squares.scatter(2, centres.unsqueeze(2), new Scalar(-1.0)); // the position itself
    return new Choice(
        PointSearch.rows(PointSearch.nearest(first, size), all), PointSearch.rows(centres, all));
  }

  /** The same on the CPU, in Java. */
  static Choice inLoops(Tensor places, int count, int size) {
    int clouds = Math.toIntExact(places.size(0));
    int all = Math.toIntExact(places.size(1));
    float[] points = Tensors.floats(places);
    long[] centres = new long[clouds * count];
    long[] members = new long[clouds * count * size];
    for (int b = 0; b < clouds; b++) {
      float[] cloud = Arrays.copyOfRange(points, 3 * b * all, 3 * (b + 1) * all);
      int[] far = farthest(cloud, count);
      for (int s = 0; s < count; s++) {
        int at = b * count + s;
        centres[at] = (long) b * all + far[s];
        int[] near = nearest(cloud, far[s], size);
        for (int k = 0; k < size; k++) {
          members[at * size + k] = (long) b * all + near[k];
        }
      }
    }
    return new Choice(Tensors.of(members, members.length), Tensors.of(centres, centres.length));
  }

  /** (B, G, 3) and (B, S, 3) to (B, G, S). */
  private static Tensor weights(Tensor patches, Tensor chosen) {
    Tensor apart = patches.unsqueeze(2).sub(chosen.unsqueeze(1)).square();
    Tensor squares = apart.sum(new long[] {3}, false, new ScalarTypeOptional());
    Tensor nearness = squares.add(new Scalar(NEAR)).reciprocal();
    return nearness.div(nearness.sum(new long[] {2}, true, new ScalarTypeOptional()));
  }

  /** Farthest point sampling. */
  private static int[] farthest(float[] cloud, int count) {
    int all = cloud.length / 3;
    double[] nearest = new double[all];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int[] chosen = new int[count];
    for (int s = 1; s < count; s++) {
      int best = 0;
      for (int i = 0; i < all; i++) {
        nearest[i] = Math.min(nearest[i], square(cloud, i, chosen[s - 1]));
        best = nearest[i] > nearest[best] ? i : best;
      }
      chosen[s] = best;
    }
    return chosen;
  }

  /** The positions nearest to one of them, which itself comes first. */
  private static int[] nearest(float[] cloud, int from, int count) {
    int all = cloud.length / 3;
    double[] squares = new double[all];
    Arrays.setAll(squares, i -> i == from ? -1 : square(cloud, i, from));
    int[] chosen = new int[count];
    for (int k = 0; k < count; k++) {
      int best = 0;
      for (int i = 1; i < all; i++) {
        best = squares[i] < squares[best] ? i : best;
      }
      chosen[k] = best;
      squares[best] = Double.POSITIVE_INFINITY;
    }
    return chosen;
  }

  private static double square(float[] cloud, int i, int j) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double d = (double) cloud[3 * i + axis] - cloud[3 * j + axis];
      sum += d * d;
    }
    return sum;
  }
}
