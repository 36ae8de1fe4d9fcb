package dev.adapterx.peft.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VptTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  @Nested
  class DeepOnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Vpt();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }
  }

  @Nested
  class ShallowOnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Vpt(Vpt.Form.SHALLOW, 3, 0.1);
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }
  }

  @Nested
  class DeepOnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Vpt();
    }
  }

  @Nested
  class ShallowOnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Vpt(Vpt.Form.SHALLOW, 3, 0.1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SHALLOW, 10, vit_base_patch16_224, 7680", // p D
    "DEEP, 10, vit_base_patch16_224, 92160", // p D L
    "DEEP, 50, vit_base_patch16_224, 460800",
    "DEEP, 10, point_mae_scan, 46080",
  })
  void the_counts_are_those_of_the_formulas(Vpt.Form form, int prompts, String preset, long peft) {
    try (Backbone blank = Backbones.blank(preset, FP32);
        AdaptedModel model = attached(new Vpt(form, prompts, 0.1), blank)) {
      assertThat(model.parameters().peft()).isEqualTo(peft);
    }
  }

  @Test
  void initial_values_fill_the_bound_of_the_patch_projection() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(new Vpt(Vpt.Form.DEEP, 100, 0), vit)) {
      fills(model, Math.sqrt(6.0 / (3 * 8 * 8 + 32)));
    }
    try (Backbone points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN);
        AdaptedModel model = attached(new Vpt(Vpt.Form.DEEP, 100, 0), points)) {
      fills(model, Math.sqrt(6.0 / (3 * 5 + 32)));
    }
  }

  /** A uniform distribution's deviation is its bound over √3. */
  private static void fills(AdaptedModel model, double bound) {
    float[] values = Tensors.floats(model.trainable().get("blocks.1.prompts"));
    double squares = 0;
    for (float v : values) {
      assertThat(Math.abs(v)).isLessThanOrEqualTo((float) bound);
      squares += (double) v * v;
    }
    assertThat(Math.sqrt(squares / values.length)).isCloseTo(bound / Math.sqrt(3), within(.02));
  }

  @ParameterizedTest
  @EnumSource(Vpt.Form.class)
  void average_pooling_passes_over_the_prompts(Vpt.Form form) {
    Backbones.Options average =
        new Backbones.Options(null, null, null, null, ViTConfig.Pooling.AVG, Precision.FP32);
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = Tiny.vit(Tiny.PRESET, average, 1);
        AdaptedModel model = attached(new Vpt(form, 3, 0), vit)) {
      Tensor images = Tiny.images(vit.config(), 2);
      Tuner tuner = new Vpt(form, 3, 0).attach(vit, Rng.of(1, "init").at("tuner"));
      Tensor last = vit.features(images, tuner, Pass.evaluation(), Reads.patches()).tokens();
      assertThat(last.size(1)).isEqualTo(1 + 3 + 16);
      Tensor patches = Tensors.mean(last.narrow(1, 4, 16), 1);
      assertThat(Tensors.floats(model.features(images, Pass.evaluation())))
          .isEqualTo(Tensors.floats(vit.norm().forward(patches)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"prompts\": 0}', 'vpt.prompts must be at least 1, found 0'",
    "'{\"prompts\": 5000}', 'vpt.prompts must be at most 4096, found 5000'",
    "'{\"dropout\": 1}', 'vpt.dropout must lie in [0, 1), found 1.0'",
    "'{\"form\": \"shalow\"}', 'method.form'",
    "'{\"form\": null}', 'method.form: expected a value'",
    "'{\"prompt\": 5}', 'unknown key ''prompt''; did you mean ''prompts''?'",
  })
  void refuses_settings_without_meaning(String settings, String message) {
    var tree = Settings.json().readTree(settings).asObject().put("name", "vpt");
    assertThatThrownBy(() -> Methods.read(tree, "method"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void says_why_it_cannot_be_merged() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(new Vpt(), vit)) {
      assertThatThrownBy(model::merge)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("tokens among the patches");
    }
  }

  private static AdaptedModel attached(PeftMethod method, Backbone backbone) {
    return AdaptedModel.attach(backbone, method, Classification.of(Tiny.LABELS), 1);
  }
}
