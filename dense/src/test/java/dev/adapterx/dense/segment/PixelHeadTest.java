package dev.adapterx.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against PyTorch's layers, see golden/segmentation.py. */
class PixelHeadTest {
  private static final Golden GOLDEN = Golden.read("segmentation.safetensors");
  private static final Grid.Cells CELLS = new Grid.Cells(3, 4);
  private static final double TOLERANCE = 1e-5;

  private static PixelHead head(int upscale) {
    Map<String, Tensor> trainable = new LinkedHashMap<>();
    Map<String, Tensor> buffers = new LinkedHashMap<>();
    GOLDEN
        .tensors("head" + upscale)
        .forEach(
            (name, t) -> {
              boolean statistic = BatchNorm.isStatistic(name);
              (statistic ? buffers : trainable)
                  .put("head." + name, statistic ? t : t.requires_grad_(true));
            });
    return PixelHead.from(NamedTensors.of(trainable), NamedTensors.of(buffers), upscale, 0);
  }

  private static List<Tensor> layers() {
    return List.of(GOLDEN.tensor("layer.0"), GOLDEN.tensor("layer.1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void scores_are_the_references(int u) {
    try (Scope scope = Scope.open()) {
      Tensor scores = head(u).scores(layers(), CELLS, Pass.evaluation());
      assertThat(scores.shape()).containsExactly(2, 4, 3 << u, 4 << u);
      Golden.assertClose(scores, GOLDEN.floats("scores" + u), TOLERANCE, "scores" + u);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void training_is_the_references_with_gradients_and_running_statistics(int u) {
    try (Scope scope = Scope.open()) {
      PixelHead head = head(u);
      Pass pass = Pass.training(Rng.of(1, "test"), 0);
      pass.begin();
      Tensor scores = head.scores(layers(), CELLS, pass);
      Golden.assertClose(scores, GOLDEN.floats("training" + u), TOLERANCE, "training" + u);
      scores.mul(GOLDEN.tensor("direction" + u)).sum().backward();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      GOLDEN
          .tensors("gradient" + u)
          .forEach((name, t) -> gradients.put("head." + name, Tensors.floats(t)));
      assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(head.trainable().names());
      Golden.assertGradientsClose(Tiny.grads(head.trainable()), gradients, TOLERANCE);
      BatchNorm.follow(head.buffers(), pass.statistics());
      NamedTensors norm = head.buffers().at("head.bn");
      Golden.assertClose(
          norm.get("running_mean"), GOLDEN.floats("mean" + u), TOLERANCE, "running mean");
      Golden.assertClose(
          norm.get("running_var"), GOLDEN.floats("var" + u), TOLERANCE, "running var");
    }
  }

  /** Of the specification's table: C = 21, W = D/3. */
  @ParameterizedTest
  @CsvSource({
    "192, 1, 0, false, 4437", "384, 1, 0, false, 8853", "768, 1, 0, true, 17685",
    "192, 4, 0, false, 17685", "384, 4, 0, false, 35349", "768, 4, 0, true, 70677",
    "192, 4, 2, false, 86421", "384, 4, 2, false, 336661", "768, 4, 2, false, 1328661",
    "192, 4, 1, false, 69269", "192, 4, 2, true, 102570", "768, 4, 2, true, 1393194",
  })
  void parameters_are_counted_right(int d, int layers, int upscale, boolean skip, long expected) {
    PixelForm form = new PixelForm(List.of(), upscale, 0, 0.1, skip);
    assertThat(form.parameters(d, layers, 21)).isEqualTo(expected);
    try (Scope scope = Scope.open()) {
      Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
      PixelHead made =
          PixelHead.initial(
              new Features.Shape(Collections.nCopies(layers, d), d), 21, form, parameters);
      assertThat(made.trainable().elements()).isEqualTo(expected);
      assertThat(made.buffers().elements()).isEqualTo(2L * layers * d);
    }
  }

  /** Scores are the sum of both ways; without doubling there is one. */
  @Test
  void a_linear_layer_beside_is_enlarged_and_added() {
    try (Scope scope = Scope.open()) {
      PixelHead plain = head(2);
      Tensor weight = Init.normal(Rng.of(3, "w"), 0, 1, 4, plain.norm().weight().size(0));
      Tensor bias = Init.normal(Rng.of(3, "b"), 0, 1, 4);
      Map<String, Tensor> all = new LinkedHashMap<>();
      plain.trainable().forEach(all::put);
      all.put("head.skip.weight", weight);
      all.put("head.skip.bias", bias);
      PixelHead both = PixelHead.from(NamedTensors.of(all), plain.buffers(), 2, 0);
      Tensor without = plain.scores(layers(), CELLS, Pass.evaluation());
      Tensor with = both.scores(layers(), CELLS, Pass.evaluation());
      Tensor rows =
          plain
              .norm()
              .forward(
                  Tensors.cat(2, layers().toArray(Tensor[]::new)).flatten(0, 1), Pass.evaluation());
      Tensor linear = rows.matmul(weight.t()).add(bias).view(2, 3, 4, 4).permute(0, 3, 1, 2);
      Enlarging enlarging = Enlarging.of(3, 4, 12, 16);
      Tensor expected =
          without.add(enlarging.rows().matmul(linear).matmul(enlarging.columns().t()));
      Golden.assertClose(with, Tensors.floats(expected), TOLERANCE, "scores");
    }
  }

  @Test
  void the_last_layer_starts_small_and_without_bias() {
    try (Scope scope = Scope.open()) {
      Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
      PixelHead made =
          PixelHead.initial(
              new Features.Shape(Collections.nCopies(4, 192), 192),
              21,
              PixelForm.defaults(),
              parameters);
      float[] weight = Tensors.floats(made.last().weight());
      double squares = 0;
      for (float w : weight) {
        squares += (double) w * w;
      }
      assertThat(Math.sqrt(squares / weight.length)).isCloseTo(0.01, within(0.001));
      assertThat(Tensors.floats(java.util.Objects.requireNonNull(made.last().bias())))
          .containsOnly(0);
    }
  }

  /** Whole channels, each with its share, and none in evaluation. */
  @Test
  void dropout_drops_channels() {
    try (Scope scope = Scope.open()) {
      PixelHead plain = head(0);
      PixelHead dropping = PixelHead.from(plain.trainable(), plain.buffers(), 0, 0.5);
      float[] evaluated = Tensors.floats(dropping.scores(layers(), CELLS, Pass.evaluation()));
      assertThat(evaluated)
          .isEqualTo(Tensors.floats(plain.scores(layers(), CELLS, Pass.evaluation())));
      Pass pass = Pass.training(Rng.of(1, "test"), 0);
      float[] trained = Tensors.floats(dropping.scores(layers(), CELLS, pass));
      Pass again = Pass.training(Rng.of(1, "test"), 0);
      assertThat(trained)
          .isEqualTo(Tensors.floats(dropping.scores(layers(), CELLS, again)))
          .isNotEqualTo(evaluated);
    }
  }
}
