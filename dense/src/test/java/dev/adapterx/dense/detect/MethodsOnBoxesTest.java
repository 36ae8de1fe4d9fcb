package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.NamedTensors;
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

/** Every method under a head that reads the patches of the last block as a map. */
class MethodsOnBoxesTest {
  private static final String PRESET = "vit_32x4x2_patch8_32";
  private static final int BATCH = 3;

  private static final double ROUNDING = 1e-3;

  private static final Detection TASK =
      new Detection(List.of("cat", "dog", "hen"), new BoxForm(32, 1, 3), 32, 8, 0);

  static Stream<String> methods() {
    try (Backbone backbone = Tiny.vit(PRESET, Backbones.Options.defaults(), 1)) {
      return Methods.fitting(backbone).stream();
    }
  }

  private static PeftMethod method(String name) {
    return name.equals("idpt")
        ? new Idpt(null, 2, true, List.of(Feature.values()))
        : Methods.entry(name, "test");
  }

  private static List<Boxes> boxes() {
    List<Boxes> boxes = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      boxes.add(
          new Boxes(
              32, 32, List.of(Box.of(2, 3 + i, 14, 20, i), Box.of(8, 6, 31, 30 - i, (i + 1) % 3))));
    }
    return boxes;
  }

  private record Step(double loss, Map<String, float[]> gradients) {}

  private static Step step(AdaptedModel model, int number, boolean checkpointing) {
    try (Scope scope = Scope.open()) {
      Pass plain = Pass.training(Rng.of(1, "step").at(number), 0.1);
      Pass pass = checkpointing ? plain.checkpointing() : plain;
      Outputs outputs = model.outputs(Tiny.input(model.backbone(), BATCH), pass);
      assertThat(outputs.scores().shape()).containsExactly(BATCH, 64 + 16 + 4, 3);
      Tensor task = TASK.loss(outputs, boxes(), 0);
      Tensor loss = pass.auxiliaryLoss().map(task::add).orElse(task);
      List<String> names = model.trainable().names();
      List<Tensor> of = names.stream().map(model.trainable()::get).toList();
      List<Tensor> found = pass.gradients(loss, of);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        if (found.get(i).defined()) {
          gradients.put(names.get(i), Tensors.floats(found.get(i)));
        }
        found.get(i).close();
      }
      return new Step(Tensors.floats(task)[0], gradients);
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
    try (Backbone backbone = Tiny.vit(PRESET, Backbones.Options.defaults(), 1);
        AdaptedModel model = AdaptedModel.attach(backbone, method(name), TASK, 1)) {
      if (!model.isPrepared()) {
        model.prepare(List.of(Tiny.input(backbone, 1), Tiny.input(backbone, 1)));
      }
      Map<String, float[]> frozen = Tiny.values(backbone.tensors());
      Step first = step(model, 0, false);
      Step again = step(model, 0, true);
      assertThat(again.loss()).isCloseTo(first.loss(), within(1e-6));
      Golden.assertGradientsClose(again.gradients(), first.gradients(), ROUNDING);
      assertThat(first.gradients().keySet()).anyMatch(n -> n.startsWith("head.pyramid.2"));
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
}
