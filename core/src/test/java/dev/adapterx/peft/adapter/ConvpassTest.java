package dev.adapterx.peft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.Reads;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.MethodChecks;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvpassTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected String needsValues() {
      return "libtorch has no convolution for shapes without values";
    }

    @Override
    protected PeftMethod method() {
      return new Convpass();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @Nested
  class BesideAttentionAlone extends PeftMethodContract {
    @Override
    protected String needsValues() {
      return "libtorch has no convolution for shapes without values";
    }

    @Override
    protected PeftMethod method() {
      return new Convpass(3, 2, 0, true, Convpass.Kernel.XAVIER);
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 327552", "true, 163776"})
  void counts_on_vit_b_16(boolean attentionOnly, long expected) {
    Convpass method = new Convpass(8, 1, 0.1, attentionOnly, Convpass.Kernel.IDENTITY);
    assertThat(MethodChecks.on("vit_base_patch16_224", method)).isEqualTo(expected);
  }

  @Test
  void starts_with_the_authors_values() {
    Convpass xavier = new Convpass(8, 1, 0, false, Convpass.Kernel.XAVIER);
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Tuner plain = new Convpass().attach(vit, Rng.of(1, "init"));
        Tuner drawn = xavier.attach(vit, Rng.of(1, "init"))) {
      double[] down = MethodChecks.moments(plain.trainable(), ".*down.weight");
      assertThat(down[1]).isCloseTo(Math.sqrt(2.0 / (8 + 32)), within(0.01));
      assertThat(MethodChecks.moments(plain.trainable(), ".*(up.weight|bias)")).containsOnly(0);
      double[] kernels = MethodChecks.moments(drawn.trainable(), ".*conv.weight");
      assertThat(kernels[1]).isCloseTo(Math.sqrt(2.0 / (72 + 72)), within(0.005));
      float[] identity = Tensors.floats(plain.trainable().get("blocks.1.convpass.mlp.conv.weight"));
      for (int i = 0; i < identity.length; i++) {
        int out = i / 72;
        int in = i / 9 % 8;
        assertThat(identity[i]).isEqualTo(out == in && i % 9 == 4 ? 1 : 0);
      }
    }
  }

  /** With silent blocks the bypass of block 0 is all there is, and it only sees its input. */
  @Test
  void class_distillation_and_register_tokens_each_see_themselves_alone() {
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer plain = Tiny.vit(Precision.FP32)) {
      Tiny.silenceBlocks(plain);
      VisionTransformer vit = distilled(plain);
      assertThat(vit.prefixTokens()).isEqualTo(2);
      Tuner tuner = new Convpass(4, 1, 0, true, Convpass.Kernel.XAVIER).attach(vit, Rng.of(1, "t"));
      Tiny.randomise(tuner.trainable(), 0.3, 4);
      Tensor images = Tiny.images(vit.config(), 1);
      Tensor other = images.add(Init.normal(Rng.of(9, "noise"), 0, 1, images.shape()));
      Tensor first = vit.features(images, tuner, Pass.evaluation(), Reads.patches()).tokens();
      Tensor second = vit.features(other, tuner, Pass.evaluation(), Reads.patches()).tokens();
      assertThat(first.size(1)).isEqualTo(18);
      for (int token = 0; token < 2; token++) {
        assertThat(Tensors.floats(first.select(1, token)))
            .isEqualTo(Tensors.floats(second.select(1, token)))
            .isNotEqualTo(
                Tensors.floats(
                    vit.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.patches())
                        .tokens()
                        .select(1, token)));
      }
      assertThat(Tensors.floats(first.select(1, 2)))
          .isNotEqualTo(Tensors.floats(second.select(1, 2)));
      tuner.close();
    }
  }

  private static VisionTransformer distilled(VisionTransformer plain) {
    var c = plain.config();
    var config =
        new dev.adapterx.model.ViTConfig(
            c.imageSize(),
            c.patch(),
            c.width(),
            c.depth(),
            c.heads(),
            c.mlpRatio(),
            c.qkvBias(),
            c.layerScale(),
            true,
            c.registers(),
            c.pooling(),
            c.eps());
    Tensor token = Init.normal(Rng.of(2, "dist"), 0, 1, 1, 1, 32);
    NamedTensors tensors =
        plain.tensors().and(NamedTensors.of(java.util.Map.of("dist_token", token)));
    return VisionTransformer.from(
        tensors, config, plain.info(), plain.preprocessing(), plain.precision());
  }

  /** Two samples, one dropped: in the bypass on draws of its own. */
  @Test
  void drop_path_draws_for_a_bypass_on_its_own() {
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      Tiny.silenceBlocks(vit);
      Tuner tuner = new Convpass(4, 1, 0, true, Convpass.Kernel.XAVIER).attach(vit, Rng.of(1, "t"));
      Tiny.randomise(tuner.trainable(), 0.3, 4);
      Tiny.set(tuner.trainable().get("blocks.0.convpass.attn.up.weight"), Init.zeros(32, 4));
      Tiny.set(tuner.trainable().get("blocks.0.convpass.attn.up.bias"), Init.zeros(32));
      int batch = 16;
      Tensor images = Tiny.images(vit.config(), batch);
      Tensor frozen =
          vit.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.patches()).tokens();
      Tensor added =
          vit.features(images, tuner, Pass.evaluation(), Reads.patches()).tokens().sub(frozen);
      Tensor dropped =
          vit.features(images, tuner, Pass.training(Rng.of(3, "step"), 0.5), Reads.patches())
              .tokens()
              .sub(frozen);
      int kept = 0;
      for (int b = 0; b < batch; b++) {
        float[] whole = Tensors.floats(added.select(0, b));
        float[] found = Tensors.floats(dropped.select(0, b));
        boolean open = found[0] != 0;
        kept += open ? 1 : 0;
        for (int i = 0; i < whole.length; i++) {
          assertThat(found[i]).isCloseTo(open ? 2 * whole[i] : 0, within(1e-4f));
        }
      }
      assertThat(kept).isBetween(3, 13);
      tuner.close();
    }
  }

  @Test
  void cannot_be_merged_and_says_why() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = MethodChecks.attached(vit, new Convpass())) {
      assertThatThrownBy(model::merged)
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("its bypasses are not linear and mix neighbouring patches");
    }
  }

  @Test
  void a_cloud_has_no_grid() {
    try (Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      assertThatThrownBy(() -> MethodChecks.attached(points, new Convpass()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "convpass needs patches on one grid of cells (its convolutions act among"
                  + " neighbouring cells), which the backbone 'tiny' does not have. Methods that"
                  + " fit it: linear-probe, full, ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"bottleneck": 0}   | m: convpass.bottleneck must be at least 1, found 0
          {"dropout": 1}      | m: convpass.dropout must lie in [0, 1), found 1.0
          {"kernel": "zero"}  | m.kernel: expected one of identity, xavier, found 'zero'
          """)
  void wrong_settings_are_named(String settings, String message) {
    var tree = Settings.json().readTree(settings).asObject().put("name", "convpass");
    assertThatThrownBy(() -> Methods.read(tree, "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
