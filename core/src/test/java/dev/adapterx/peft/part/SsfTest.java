package dev.adapterx.peft.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.MethodChecks;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PlainModel;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SsfTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Ssf();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Ssf();
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Test
  void has_205824_parameters_on_vit_b_16() {
    assertThat(MethodChecks.on("vit_base_patch16_224", new Ssf())).isEqualTo(205_824);
  }

  @Test
  void scales_start_around_one_and_shifts_around_zero() {
    try (Scope scope = Scope.open();
        Backbone vit = Backbones.blank("vit_64x1x4_patch8_32", Backbones.Options.defaults())) {
      Tuner tuner = new Ssf().attach(vit, Rng.of(1, "init"));
      double[] gamma = MethodChecks.moments(tuner.trainable(), ".*gamma");
      double[] beta = MethodChecks.moments(tuner.trainable(), ".*beta");
      assertThat(gamma[0]).isCloseTo(1, within(0.002));
      assertThat(gamma[1]).isCloseTo(0.02, within(0.001));
      assertThat(beta[0]).isCloseTo(0, within(0.002));
      assertThat(beta[1]).isCloseTo(0.02, within(0.001));
    }
  }

  @Test
  void merges_into_the_norm_behind_average_pooling() {
    Backbones.Options average =
        new Backbones.Options(null, null, null, null, ViTConfig.Pooling.AVG, Precision.FP32);
    try (Backbone vit = Tiny.vit(Tiny.PRESET, average, 1);
        AdaptedModel model = MethodChecks.attached(vit, new Ssf())) {
      Tiny.randomise(model.trainable(), 0.2, 3);
      assertMergeable(vit, model);
    }
  }

  @Test
  void merges_into_a_file(@TempDir Path images, @TempDir Path clouds) {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      MethodChecks.assertMergedFileSaysTheSame(vit, new Ssf(), images);
      MethodChecks.assertMergedFileSaysTheSame(points, new Ssf(), clouds);
    }
  }

  @Test
  void behind_a_linear_layer_group_tokens_may_be_scaled_by_any_number() {
    try (Scope scope = Scope.withoutGradients();
        PointTransformer plain = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      Tensor weight = Init.normal(Rng.of(2, "reduce"), 0, 0.2, 32, 32);
      NamedTensors reduced =
          NamedTensors.of(
              Map.of("reduce_dim.weight", weight, "reduce_dim.bias", Init.constant(0.1, 32)));
      Backbone points = plain.over(plain.tensors().and(reduced));
      try (AdaptedModel model = MethodChecks.attached(points, new Ssf())) {
        Tiny.randomise(model.trainable(), 0.2, 3);
        model.trainable().get("patch_embed.ssf.gamma").mul_(new Scalar(-1));
        assertMergeable(points, model);
      }
    }
  }

  @Test
  void a_negative_scale_of_group_tokens_cannot_be_merged() {
    try (Scope scope = Scope.open();
        Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        AdaptedModel model = MethodChecks.attached(points, new Ssf())) {
      try (Scope inner = Scope.withoutGradients()) {
        model.trainable().get("patch_embed.ssf.gamma").narrow(0, 3, 2).fill_(new Scalar(-0.5));
      }
      assertThatThrownBy(model::merge)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(
              "patch_embed.ssf.gamma scales 2 of 32 channels of the group tokens by a negative"
                  + " number, and these are a maximum over points")
          .hasMessageContaining("Keep the adapter and load it onto the backbone");
    }
  }

  private static void assertMergeable(Backbone backbone, AdaptedModel model) {
    try (Scope scope = Scope.withoutGradients();
        PlainModel merged = model.merge()) {
      Tensor input = Tiny.input(backbone, 2);
      Golden.assertClose(
          merged.logits(input, Pass.evaluation()),
          Tensors.floats(model.logits(input, Pass.evaluation())),
          1e-5,
          "merged");
    }
  }
}
