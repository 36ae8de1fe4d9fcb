package dev.adapterx.model.int8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients through products that have none of their own. */
class Int8GradientTest {
  private static final List<String> OWN_LINEARS = List.of("full", "bitfit", "linear-probe");

  /** Every method, on each kind of backbone that it fits. */
  static Stream<Arguments> methods() {
    List<Arguments> all = new ArrayList<>();
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone swin = Tiny.swin(Precision.FP32);
        Backbone points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN)) {
      for (Backbone backbone : List.of(vit, swin, points)) {
        for (String method : Methods.fitting(backbone)) {
          if (!OWN_LINEARS.contains(method) && !method.equals("point-peft")) {
            all.add(Arguments.of(method, backbone.getClass().getSimpleName()));
          }
        }
      }
    }
    return all.stream();
  }

  private static Backbone backbone(String kind) {
    return switch (kind) {
      case "VisionTransformer" -> Tiny.vit(Precision.FP32);
      case "SwinTransformer" -> Tiny.swin(Precision.FP32);
      default -> Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN);
    };
  }

  private static PeftMethod method(String name) {
    return name.equals("idpt")
        ? new Idpt(null, 4, false, List.of(Feature.values()))
        : Methods.entry(name, "test");
  }

  /** Where the products are exact, so are the gradients: cuts change nothing. */
  @ParameterizedTest
  @MethodSource("methods")
  void gradients_that_are_told_are_those_of_autograd(String method, String kind) {
    try (Backbone backbone = backbone(kind);
        Tuner tuner = method(method).attach(backbone, Rng.of(1, "tuner"));
        Scope scope = Scope.open()) {
      Tiny.randomise(tuner.trainable(), 0.1, 2);
      BackboneTuner around =
          new AroundLinears(
              tuner,
              (name, layer, pass) ->
                  layer.by((x, own) -> pass.told(x, own::plain, d -> d.matmul(own.weight()))));
      List<Tensor> expected = gradients(tuner, tuner);
      List<Tensor> found = gradients(tuner, around);
      assertThat(found).hasSameSizeAs(expected);
      int some = 0;
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).defined()).isEqualTo(expected.get(i).defined());
        if (found.get(i).defined()) {
          double size = expected.get(i).norm().item_double();
          some += size > 0 ? 1 : 0;
          double apart = found.get(i).sub(expected.get(i)).norm().item_double();
          assertThat(apart).isLessThanOrEqualTo(1e-4 * size + 1e-6);
        }
      }
      assertThat(some).isPositive();
      expected.forEach(t -> t.close());
      found.forEach(t -> t.close());
    }
  }

  private static List<Tensor> gradients(Tuner tuner, BackboneTuner around) {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(3, "pass"), 0.1);
      Tensor input = Tiny.input(tuner.backbone(), 3);
      Tensor features = tuner.backbone().features(input, around, pass, Reads.pooled()).pooled();
      Tensor loss = features.mul(features).sum();
      Tensor all = pass.auxiliaryLoss().map(loss::add).orElse(loss);
      return pass.gradients(all, tensors(tuner.trainable()));
    }
  }

  private static List<Tensor> tensors(NamedTensors named) {
    List<Tensor> all = new ArrayList<>();
    named.forEach((name, t) -> all.add(t));
    return all;
  }

  /** The stated error: a few percent of the whole gradient, as of the scores themselves. */
  @ParameterizedTest
  @CsvSource({"lora", "adapter-x", "vpt", "adaptformer", "ssf", "houlsby"})
  void gradients_through_int8_are_off_by_a_few_percent(String method) {
    assumeThat(Native.instructionSets()).containsAnyOf("avx512_vnni", "avx_vnni");
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            AdaptedModel.attach(
                vit, Methods.entry(method, "test"), Classification.of(Tiny.LABELS), 1);
        Scope scope = Scope.open()) {
      Tiny.randomise(model.trainable(), 0.1, 2);
      model.requireFrozenLinears();
      List<Tensor> exact = gradients(model);
      List<Tensor> again = gradients(model);
      model.quantise(model.ranges(List.of(Tiny.input(vit, 8))));
      List<Tensor> rounded = gradients(model);
      assertThat(apart(again, exact)).isZero();
      assertThat(apart(rounded, exact)).isBetween(1e-5, 0.06);
      assertThat(apart(gradients(model), rounded)).isZero(); // the same bits each time
    }
  }

  private static List<Tensor> gradients(AdaptedModel model) {
    Pass pass = Pass.training(Rng.of(3, "pass"), 0);
    Tensor scores = model.logits(Tiny.input(model.backbone(), 8), pass);
    return pass.gradients(scores.mul(scores).sum(), tensors(model.trainable()));
  }

  private static double apart(List<Tensor> found, List<Tensor> expected) {
    double apart = 0;
    double size = 0;
    for (int i = 0; i < found.size(); i++) {
      if (expected.get(i).defined()) {
        apart += Math.pow(found.get(i).sub(expected.get(i)).norm().item_double(), 2);
        size += Math.pow(expected.get(i).norm().item_double(), 2);
      }
    }
    return Math.sqrt(apart / size);
  }

  @ParameterizedTest
  @CsvSource({"full, blocks.0.attn.qkv", "bitfit, blocks.0.attn.qkv"})
  void methods_that_train_linear_layers_are_refused(String method, String layer) {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            AdaptedModel.attach(
                vit, Methods.entry(method, "test"), Classification.of(Tiny.LABELS), 1)) {
      assertThatThrownBy(model::requireFrozenLinears)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("trains " + layer)
          .hasMessageContaining("backbone.precision=auto");
    }
  }

  @Test
  void parts_that_are_recomputed_have_none() {
    try (Scope scope = Scope.open();
        Backbone vit = Tiny.vit(Precision.FP32)) {
      Tensor x = Tiny.input(vit, 1).requires_grad_(true);
      Pass pass = Pass.training(Rng.of(3, "pass"), 0).checkpointing();
      assertThatThrownBy(() -> pass.told(x, t -> t, t -> t))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
