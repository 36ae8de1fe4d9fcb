package dev.adapterx.dense.parts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.Steps;
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
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
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

  private static Tensor loss(AdaptedModel model, Pass pass) {
    List<PointLabels> targets = new ArrayList<>();
    PartSegmentation task = (PartSegmentation) model.task();
    Outputs outputs = model.outputs(input(task.input(), targets), pass);
    assertThat(outputs.scores().shape()).containsExactly(BATCH, 3, task.input().points());
    return task.loss(outputs, targets, 0);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trains_and_checkpointing_changes_no_gradient(String name) {
    try (Backbone backbone = backbone();
        AdaptedModel model = AdaptedModel.attach(backbone, method(name), task(backbone), 1)) {
      Steps.hold(
          model,
          MethodsOnPointsTest::loss,
          ROUNDING,
          List.of("head.reduce.weight", "head.last.bias"));
    }
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
      assertThat(backbone.prefixTokens()).isZero();
      assertThat(backbone.tensors().names()).doesNotContain("cls_token", "cls_pos");
      Steps.descends(model, MethodsOnPointsTest::loss, 5);
    }
  }
}
