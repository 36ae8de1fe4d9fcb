package dev.adapterx.peft;

import dev.adapterx.nn.PointSearch;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Tokens of clouds grouped by where they are: S of M places far apart, of each the K nearest
 * places, and how much each patch hears of each of the S.
 *
 * <p>Farthest points start at place 0 and take the lowest index of several as far; neighbours
 * likewise; distances are doubles. Which places are chosen has no gradient; the weights have one.
 * Nothing is read back, so that no device waits.
 *
 * @param members (B·S·K) rows of the neighbours, the place itself first
 * @param centres (B·S) rows of the places
 * @param weights (B, G, S): {@code (1 / (d² + 1e-8)) / Σ_S}
 * @param size K
 */
record Neighbourhoods(Tensor members, Tensor centres, Tensor weights, int size) {
  private static final double NEAR = 1e-8;

  /**
   * Of places (B, M, 3), heard by patches (B, G, 3).
   *
   * @param count S, at most M
   * @param size K, at most M
   */
  static Neighbourhoods of(Tensor places, Tensor patches, int count, int size) {
    long clouds = places.size(0);
    long all = places.size(1);
    Tensor exact = places.detach().to(ScalarType.Double); // a float's ties would be others
    Tensor centres = PointSearch.farthest(exact, unreached(exact), count); // (B, S)
    Tensor rows = PointSearch.rows(centres, all);
    Tensor chosen = PointSearch.chosen(places.reshape(-1, 3), rows).view(clouds, count, 3);
    return new Neighbourhoods(
        PointSearch.rows(nearest(exact, centres, size), all), rows, weights(patches, chosen), size);
  }

  private static Tensor unreached(Tensor places) {
    return torch.full_like(places.select(2, 0), new Scalar(Double.POSITIVE_INFINITY));
  }

  /** (B, S, K), each place before all that coincide with it. */
  private static Tensor nearest(Tensor places, Tensor centres, int size) {
    Tensor squares = PointSearch.squaresTo(places, centres); // (B, S, M)
    Tensor first = squares.scatter(2, centres.unsqueeze(2), new Scalar(-1.0));
    return PointSearch.nearest(first, size);
  }

  /** (B, G, 3) and (B, S, 3) to (B, G, S). */
  private static Tensor weights(Tensor patches, Tensor chosen) {
    Tensor apart = patches.unsqueeze(2).sub(chosen.unsqueeze(1)).square();
    Tensor squares = apart.sum(new long[] {3}, false, new ScalarTypeOptional());
    Tensor nearness = squares.add(new Scalar(NEAR)).reciprocal();
    return nearness.div(nearness.sum(new long[] {2}, true, new ScalarTypeOptional()));
  }
}
