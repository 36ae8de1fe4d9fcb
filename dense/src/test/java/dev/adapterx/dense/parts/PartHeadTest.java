package dev.adapterx.dense.parts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against PyTorch's layers in double precision, see golden/part_heads.py. */
class PartHeadTest {
  private static final Golden GOLDEN = Golden.read("part_heads.safetensors");
  private static final double TOLERANCE = 1e-5;
  private static final int SHOWN = 16;
  private static final PointPreprocessing INPUT =
      new PointPreprocessing(20, 7, 3, Normalisation.NONE);

  private static Head head(String name) {
    int categories = name.equals("point-mae-scene") ? 0 : 3;
    PartForm.Kind kind = name.equals("points") ? PartForm.Kind.POINTS : PartForm.Kind.POINT_MAE;
    PartForm form = new PartForm(kind, List.of(), 6, 0);
    Features.Shape shape = new Features.Shape(List.of(4, 4), 4);
    Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
    Head made =
        kind == PartForm.Kind.POINTS
            ? PointsHead.initial(shape, 5, categories, form, INPUT, parameters)
            : PointMaeHead.initial(shape, 5, categories, form, INPUT, parameters);
    try (Scope scope = Scope.withoutGradients()) {
      made.trainable().and(made.buffers()).forEach((key, t) -> t.copy_(formula(key, t)));
    }
    return made;
  }

  /** The script's values. */
  private static Tensor formula(String key, Tensor of) {
    String name = key.replaceFirst("^head\\.", "");
    int h = 0;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h += b;
    }
    float[] values = new float[Math.toIntExact(of.numel())];
    for (int i = 0; i < values.length; i++) {
      double v = Math.sin(0.1 * h + 0.7 * i);
      values[i] =
          (float)
              (of.dim() > 1
                  ? v / Math.sqrt(of.size(1))
                  : name.endsWith("running_var")
                      ? 1 + 0.5 * v
                      : name.endsWith("running_mean")
                          ? 0.2 * v
                          : name.endsWith("weight") ? 1 + 0.3 * v : 0.3 * v);
    }
    return Tensors.of(values, of.shape());
  }

  private static Asked asked(boolean categories) {
    Tensor points = GOLDEN.tensor("points");
    float[] kinds = GOLDEN.floats("categories");
    float[] oneHot = new float[9];
    for (int i = 0; i < 3; i++) {
      oneHot[3 * i + (int) kinds[i]] = 1;
    }
    return new Asked(
        Tensors.cat(2, GOLDEN.tensor("layer.0"), GOLDEN.tensor("layer.1")),
        Propagation.weights(points, GOLDEN.tensor("centres")),
        points,
        categories ? Tensors.of(oneHot, 3, 3) : null);
  }

  private static Tensor scores(Head head, Pass pass) {
    return head instanceof PointsHead lean
        ? lean.scores(asked(true), pass)
        : ((PointMaeHead) head).scores(asked(((PointMaeHead) head).label() != null), pass);
  }

  @ParameterizedTest
  @ValueSource(strings = {"points", "point-mae", "point-mae-scene"})
  void scores_are_the_references(String name) {
    try (Scope scope = Scope.open()) {
      Tensor scores = scores(head(name), Pass.evaluation());
      assertThat(scores.shape()).containsExactly(3, 5, 20);
      Golden.assertClose(scores, GOLDEN.floats(name + ".scores"), TOLERANCE, name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"points", "point-mae", "point-mae-scene"})
  void training_is_the_references_with_gradients_and_running_statistics(String name) {
    try (Scope scope = Scope.open()) {
      Head head = head(name);
      Pass pass = Pass.training(Rng.of(1, "test"), 0);
      pass.begin();
      Tensor scores = scores(head, pass);
      Golden.assertClose(scores, GOLDEN.floats(name + ".training"), 10 * TOLERANCE, name);
      scores.mul(GOLDEN.tensor("direction")).sum().backward();
      Map<String, float[]> expected = new LinkedHashMap<>();
      GOLDEN
          .tensors(name + ".gradient")
          .forEach((key, t) -> expected.put("head." + key, Tensors.floats(t)));
      Map<String, float[]> found = new LinkedHashMap<>();
      Tiny.grads(head.trainable())
          .forEach((key, g) -> found.put(key, Arrays.copyOf(g, Math.min(SHOWN, g.length))));
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      Golden.assertGradientsClose(found, expected, 1e-4);
      BatchNorm.follow(head.buffers(), pass.statistics());
      GOLDEN
          .tensors(name + ".running")
          .forEach(
              (key, t) -> {
                float[] own = Tensors.floats(head.buffers().get("head." + key));
                float[] first = Arrays.copyOf(own, Math.min(SHOWN, own.length));
                Golden.assertClose(
                    Tensors.of(first, first.length), Tensors.floats(t), TOLERANCE, key);
              });
    }
  }

  /** Of the specification: 50 parts of 16 categories; 13 classes of scenes. */
  @ParameterizedTest
  @CsvSource({
    "point-mae, 384, 50, 16, 5238706",
    "point-mae, 384, 13, 0, 5195277",
    "points, 384, 50, 16, 206258",
    "points, 192, 50, 16, 132530",
  })
  void parameters_are_counted_right(
      String kind, int d, int classes, int categories, long expected) {
    boolean lean = kind.equals("points");
    PartForm form = PartForm.of(lean ? PartForm.Kind.POINTS : PartForm.Kind.POINT_MAE);
    assertThat(form.parameters(d, 3, classes, categories)).isEqualTo(expected);
    try (Scope scope = Scope.open()) {
      Features.Shape shape = new Features.Shape(Collections.nCopies(3, d), d);
      Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
      Head made =
          lean
              ? PointsHead.initial(shape, classes, categories, form, INPUT, parameters)
              : PointMaeHead.initial(shape, classes, categories, form, INPUT, parameters);
      assertThat(made.trainable().elements()).isEqualTo(expected);
    }
  }

  /** By hand: squared distances 1, 4, 9, 16 to four centres on a line. */
  @Test
  void a_point_takes_over_of_its_three_nearest_groups() {
    try (Scope scope = Scope.open()) {
      Tensor centres = Tensors.of(new float[] {1, 0, 0, 0, -2, 0, 0, 0, 3, 4, 0, 0}, 1, 4, 3);
      Tensor points = Tensors.of(new float[] {0, 0, 0, 0, -2, 0}, 1, 2, 3);
      float[] weights = Tensors.floats(Propagation.weights(points, centres));
      double all = 1 + 1 / 4.0 + 1 / 9.0;
      assertThat(weights).hasSize(8);
      assertThat(weights[0]).isCloseTo((float) (1 / all), within());
      assertThat(weights[1]).isCloseTo((float) (1 / 4.0 / all), within());
      assertThat(weights[2]).isCloseTo((float) (1 / 9.0 / all), within());
      assertThat(weights[3]).isZero();
      // a point that is a centre takes over of it alone
      assertThat(weights[5]).isCloseTo(1, within());
    }
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.api.Assertions.within(1e-6f);
  }
}
