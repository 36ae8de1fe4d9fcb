package dev.adapterx.dense.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method that takes clouds, under the lean head over all blocks; with and without a class
 * token.
 */
class MethodsOnPointsTest {
  private static final int BATCH = 3;

  /** As for pixels: gradients of several readers are added in another order. */
  private static final double ROUNDING = 1e-3;

  private static Backbone backbone() {
    return Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN);
  }

  static Stream<String> methods() {
    try (Backbone backbone = backbone()) {
      return Methods.fitting(backbone).stream();
    }
  }

  private static PeftMethod method(String name) {
    return name.equals("idpt")
        ? new Idpt(null, 2, true, List.of(Feature.values()))
        : Methods.entry(name, "test");
  }

  private static PartSegmentation task(Backbone backbone) {
    PartForm form = new PartForm(PartForm.Kind.POINTS, List.of(0, 1), 8, 0);
    PointPreprocessing input = (PointPreprocessing) backbone.preprocessing();
    return PartSegmentation.of(List.of("leg", "seat", "back"), form, input)
        .of(List.of(new Category("stool", List.of(0, 1)), new Category("chair", List.of(2))), true);
  }

  /** Asked clouds, and classes by height. */
  private static Tensor input(PointPreprocessing p, List<PointLabels> targets) {
    float[][] rows = new float[BATCH][3 * p.askedRows()];
    Rng rng = Rng.of(3, "clouds");
    for (int i = 0; i < BATCH; i++) {
      float[] xyz = new float[3 * p.points()];
      short[] classes = new short[p.points()];
      for (int n = 0; n < xyz.length; n++) {
        xyz[n] = (float) (2 * rng.nextDouble() - 1);
      }
      for (int n = 0; n < classes.length; n++) {
        classes[n] =
            (short)
                (rng.nextInt(9) == 0
                    ? -1
                    : xyz[3 * n + 1] < -0.3 ? 0 : xyz[3 * n + 1] < 0.3 ? 1 : 2);
      }
      int groups = Groups.values(p.groups(), p.neighbours());
      Groups.write(new PointCloud(xyz), p.groups(), p.neighbours(), rows[i], 0);
      System.arraycopy(xyz, 0, rows[i], groups, xyz.length);
      rows[i][groups + xyz.length] = i % 2;
      targets.add(new PointLabels(i % 2, classes));
    }
    return Tensors.of(rows, 0, BATCH, BATCH, p.askedRows(), 3);
  }

  private record Step(double loss, Map<String, float[]> gradients) {}

  private static Step step(AdaptedModel model, int number, boolean checkpointing) {
    try (Scope scope = Scope.open()) {
      Pass plain = Pass.training(Rng.of(1, "step").at(number), 0.1);
      Pass pass = checkpointing ? plain.checkpointing() : plain;
      List<PointLabels> targets = new ArrayList<>();
      PartSegmentation task = (PartSegmentation) model.task();
      Outputs outputs = model.outputs(input(task.input(), targets), pass);
      assertThat(outputs.scores().shape()).containsExactly(BATCH, 3, task.input().points());
      Tensor own = task.loss(outputs, targets, 0);
      Tensor loss = pass.auxiliaryLoss().map(own::add).orElse(own);
      List<String> names = model.trainable().names();
      List<Tensor> found =
          pass.gradients(loss, names.stream().map(model.trainable()::get).toList());
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        if (found.get(i).defined()) {
          gradients.put(names.get(i), Tensors.floats(found.get(i)));
        }
        found.get(i).close();
      }
      return new Step(Tensors.floats(own)[0], gradients);
    }
  }

  private static void descend(NamedTensors trainable, Map<String, float[]> gradients) {
    try (Scope scope = Scope.withoutGradients()) {
      gradients.forEach(
          (name, g) -> {
            Tensor t = trainable.get(name);
            t.sub_(Tensors.scaled(Tensors.of(g, t.shape()), 0.02));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trains_and_checkpointing_changes_no_gradient(String name) {
    try (Backbone backbone = backbone();
        AdaptedModel model = AdaptedModel.attach(backbone, method(name), task(backbone), 1)) {
      if (!model.isPrepared()) {
        model.prepare(List.of(Tiny.input(backbone, 1), Tiny.input(backbone, 1)));
      }
      Map<String, float[]> frozen = Tiny.values(backbone.tensors());
      Step first = step(model, 0, false);
      Step again = step(model, 0, true);
      assertThat(again.loss()).isCloseTo(first.loss(), within(1e-6));
      Golden.assertGradientsClose(again.gradients(), first.gradients(), ROUNDING);
      assertThat(first.gradients().keySet()).contains("head.reduce.weight", "head.last.bias");
      if (!model.hasFixedFeatures()) {
        assertThat(
                first.gradients().entrySet().stream()
                    .filter(e -> !e.getKey().startsWith("head."))
                    .anyMatch(e -> nonZero(e.getValue())))
            .as("the method itself is taught")
            .isTrue();
      }
      for (int i = 1; i <= 10; i++) {
        descend(model.trainable(), step(model, i, false).gradients());
      }
      assertThat(step(model, 0, false).loss()).isLessThan(first.loss());
      Tiny.values(backbone.tensors())
          .forEach((key, values) -> assertThat(values).as(key).isEqualTo(frozen.get(key)));
    }
  }

  private static boolean nonZero(float[] values) {
    for (float v : values) {
      if (v != 0) {
        return true;
      }
    }
    return false;
  }

  static Stream<String> withoutToken() {
    try (Backbone backbone = bare()) {
      return Methods.fitting(backbone).stream();
    }
  }

  private static Backbone bare() {
    return Backbones.initial(
        Tiny.POINTS,
        Backbones.Options.builder()
            .device(Device.CPU)
            .precision(Precision.FP32)
            .points(new Backbones.PointOptions(null, null, null, null, null, false))
            .build(),
        1);
  }

  @ParameterizedTest
  @MethodSource("withoutToken")
  void works_without_a_class_token(String name) {
    try (Backbone backbone = bare();
        AdaptedModel model =
            AdaptedModel.attach(backbone, Methods.entry(name, "test"), task(backbone), 1)) {
      if (!model.isPrepared()) {
        model.prepare(List.of(Tiny.input(backbone, 1), Tiny.input(backbone, 1)));
      }
      assertThat(backbone.prefixTokens()).isZero();
      assertThat(backbone.tensors().names()).doesNotContain("cls_token", "cls_pos");
      Step first = step(model, 0, false);
      for (int i = 1; i <= 5; i++) {
        descend(model.trainable(), step(model, i, false).gradients());
      }
      assertThat(step(model, 0, false).loss()).isLessThan(first.loss());
    }
  }
}
