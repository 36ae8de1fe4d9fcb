package dev.adapterx.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.data.targets.ClassMask;
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

/**
 * Every method under a head that reads the patches of all four blocks: the patches are the last G
 * tokens whatever a method adds, so none needs code for it.
 */
class MethodsOnPixelsTest {
  private static final String PRESET = "vit_32x4x2_patch8_32";
  private static final int BATCH = 3;

  /**
   * The patches behind a block have several readers, whose gradients are added in another order;
   * the head's batch norm lets what all patches share cancel out, and its rounding is left.
   */
  private static final double ROUNDING = 2e-3;

  private static final Segmentation TASK =
      Segmentation.of(
          List.of("sky", "road", "car"), new PixelForm(List.of(0, 1, 2, 3), 1, 8, 0, true), 32);

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

  private static List<ClassMask> masks() {
    Rng rng = Rng.of(3, "masks");
    List<ClassMask> masks = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      short[] classes = new short[32 * 32];
      for (int p = 0; p < classes.length; p++) {
        classes[p] = (short) ((p / 32 / 11 + p % 32 / 11 + i) % 3 - (rng.nextInt(9) == 0 ? 1 : 0));
      }
      masks.add(new ClassMask(32, 32, classes));
    }
    return masks;
  }

  private static Tensor loss(AdaptedModel model, Pass pass) {
    Outputs outputs = model.outputs(Tiny.input(model.backbone(), BATCH), pass);
    assertThat(outputs.scores().shape()).containsExactly(BATCH, 3, 8, 8);
    return TASK.loss(outputs, masks(), 0);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trains_and_checkpointing_changes_no_gradient(String name) {
    try (Backbone backbone = Tiny.vit(PRESET, Backbones.Options.defaults(), 1);
        AdaptedModel model = AdaptedModel.attach(backbone, method(name), TASK, 1)) {
      Steps.hold(
          model,
          MethodsOnPixelsTest::loss,
          ROUNDING,
          List.of("head.conv_seg.weight", "head.skip.weight"));
    }
  }
}
