package dev.adapterx.dense.parts;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.model.Features;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.tensor.Tensors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * What a head that labels points sees.
 *
 * @param groups the layers that are read, side by side (B, G, kD) in fp32
 * @param weights (B, N, G), see {@link Propagation}
 * @param points (B, N, 3) in fp32
 * @param categories one-hot (B, c); absent where the head is told none
 */
record Asked(Tensor groups, Tensor weights, Tensor points, @Nullable Tensor categories) {
  /**
   * Of a backbone's features.
   *
   * @param input how the backbone's input is prepared
   * @param categories c, 0 where the head is told none
   */
  static Asked of(Features features, PointPreprocessing input, int categories) {
    Tensor[] layers =
        IntStream.range(0, features.layers())
            .mapToObj(i -> Tensors.fp32(features.patches(i)))
            .toArray(Tensor[]::new);
    Tensor groups = layers.length == 1 ? layers[0] : Tensors.cat(2, layers);
    Tensor points = Tensors.fp32(input.asked(features.input()));
    Tensor weights = Propagation.weights(points, ((Grid.Centres) features.grid()).xyz());
    return new Asked(
        groups,
        weights,
        points,
        categories == 0 ? null : oneHot(input.kinds(features.input()), categories));
  }

  private static Tensor oneHot(@Nullable Tensor kinds, int categories) {
    if (kinds == null) {
      throw new AdapterXException(
          "this head is told the category of a cloud, but the clouds come without any; see PartPipeline");
    }
    Tensor all = Tensors.beside(kinds, Tensors.of(numbers(categories), 1, categories));
    return kinds.to(ScalarType.Long).unsqueeze(1).eq(all).to(ScalarType.Float);
  }

  private static long[] numbers(int count) {
    return IntStream.range(0, count).asLongStream().toArray();
  }

  /** B. */
  long clouds() {
    return points.size(0);
  }

  /** N. */
  long each() {
    return points.size(1);
  }
}
