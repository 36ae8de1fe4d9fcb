package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.Steps;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Outputs;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
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

  private static Tensor loss(AdaptedModel model, Pass pass) {
    Outputs outputs = model.outputs(Tiny.input(model.backbone(), BATCH), pass);
    assertThat(outputs.scores().shape()).containsExactly(BATCH, 64 + 16 + 4, 3);
    return TASK.loss(outputs, boxes(), 0);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trains_and_checkpointing_changes_no_gradient(String name) {
    try (Backbone backbone = Tiny.vit(PRESET, Backbones.Options.defaults(), 1);
        AdaptedModel model = AdaptedModel.attach(backbone, method(name), TASK, 1)) {
      Steps.hold(
          model, MethodsOnBoxesTest::loss, ROUNDING, List.of("head.pyramid.2.lateral.weight"));
    }
  }
}
