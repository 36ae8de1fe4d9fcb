package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method's contract in short, on backbones that are no plain vision transformer. */
class MethodsOnBackbonesTest {
  private static final int BATCH = 4;
  private static final String ROTARY = "vit_32x2x2_patch8_dinov3_32";

  static Stream<String> onRotary() {
    return Methods.entries().stream().filter(m -> !m.contains("point-"));
  }

  @ParameterizedTest
  @MethodSource("onRotary")
  void trains_with_rotary_positions_and_is_loaded_as_the_same(String method, @TempDir Path folder) {
    try (Backbone backbone = Tiny.vit(ROTARY, MethodChecks.FP32, 1)) {
      check(backbone, method, folder);
    }
  }

  /** Adapter-X without class token and prompts, which no stage has; the others as they are. */
  static Stream<String> onStages() {
    try (Backbone swin = Tiny.swin(Precision.FP32)) {
      List<String> fitting = Methods.fitting(swin);
      return Stream.concat(
          Stream.of("adapter-x"),
          Methods.entries().stream().filter(m -> fitting.contains(m.replaceFirst(":.*", ""))));
    }
  }

  @ParameterizedTest
  @MethodSource("onStages")
  void trains_in_stages_of_windows_and_is_loaded_as_the_same(String method, @TempDir Path folder) {
    try (Backbone backbone = Tiny.swin(Precision.FP32)) {
      check(backbone, method, folder);
    }
  }

  private static void check(Backbone backbone, String name, Path folder) {
    PeftMethod method = method(name, backbone);
    try (Scope scope = Scope.open();
        AdaptedModel model = MethodChecks.attached(backbone, method)) {
      Map<String, float[]> frozen = Tiny.values(backbone.tensors());
      double first = step(model, 0);
      for (int i = 1; i <= 10; i++) {
        Tiny.descend(model.trainable(), 0.01);
        step(model, i);
      }
      assertThat(step(model, 0)).isLessThan(first);
      Tiny.values(backbone.tensors())
          .forEach((key, values) -> assertThat(values).as(key).isEqualTo(frozen.get(key)));
      AdapterFile.write(model, folder.resolve("adapter"));
      try (AdaptedModel loaded = AdapterFile.read(folder.resolve("adapter")).attach(backbone)) {
        assertThat(logits(loaded)).isEqualTo(logits(model));
      }
    }
  }

  /** IDPT with as many neighbours as there are few patches. */
  private static PeftMethod method(String entry, Backbone backbone) {
    if (entry.equals("adapter-x") && backbone.prefixTokens() == 0) {
      return SwinContractTest.ADAPTER_X;
    }
    return entry.equals("idpt")
        ? new Idpt(null, 2, true, List.of(Feature.values()))
        : Methods.entry(entry, "test");
  }

  private static double step(AdaptedModel model, int step) {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(1, "step").at(step), 0);
      Tensor input = Tiny.input(model.backbone(), BATCH);
      Tensor task = torch.cross_entropy_loss(model.logits(input, pass), Tiny.labels(BATCH));
      Tensor loss = pass.auxiliaryLoss().map(task::add).orElse(task);
      loss.backward();
      return Tensors.floats(loss)[0];
    }
  }

  private static float[] logits(AdaptedModel model) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(model.backbone(), BATCH);
      return Tensors.floats(model.logits(input, Pass.evaluation()));
    }
  }
}
