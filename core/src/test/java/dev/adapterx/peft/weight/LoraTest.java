package dev.adapterx.peft.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class LoraTest {
  private static final Lora EVERYWHERE =
      new Lora(
          3,
          1.5,
          false,
          0.1,
          List.of(
              Projection.Q,
              Projection.K,
              Projection.V,
              Projection.PROJ,
              Projection.FC1,
              Projection.FC2));

  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Lora();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class Everywhere extends OnImages {
    @Override
    protected PeftMethod method() {
      return EVERYWHERE;
    }
  }

  @Nested
  class OnTheFusedLayer extends OnImages {
    @Override
    protected PeftMethod method() {
      return new Lora(4, null, true, 0.1, List.of(Projection.QKV));
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return EVERYWHERE;
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vit_base_patch16_224, '{}', 294912",
    "vit_base_patch16_224, '{\"rank\": 16, \"targets\": [\"q\", \"k\", \"v\", \"proj\"]}', 1179648",
    // 12 · 4 · (768 + 2304), 12 · 2 · 4 · (768 + 3072)
    "vit_base_patch16_224, '{\"rank\": 4, \"targets\": [\"qkv\"]}', 147456",
    "vit_base_patch16_224, '{\"rank\": 4, \"targets\": [\"fc1\", \"fc2\"]}', 368640",
    "point_mae_scan, '{}', 147456",
  })
  void trains_rank_times_inputs_and_outputs_of_every_target(
      String preset, String settings, long count) {
    assertThat(count(preset, "lora", settings)).isEqualTo(count);
  }

  public static long count(String preset, String name, String settings) {
    PeftMethod method =
        Methods.read(Settings.json().readTree(settings).asObject().put("name", name), "method");
    try (Backbone blank =
            Backbones.blank(preset, Backbones.Options.defaults().with(Precision.FP32));
        AdaptedModel model =
            AdaptedModel.attach(blank, method, Classification.of(Tiny.LABELS), 0)) {
      return model.parameters().peft();
    }
  }

  @Test
  void starts_as_the_authors_do() {
    try (Scope scope = Scope.open();
        Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner =
            new Lora(64, null, false, 0, List.of(Projection.V)).attach(vit, Rng.of(1, "t"))) {
      float[] a = Tensors.floats(tuner.trainable().get("blocks.1.lora.v.a"));
      double bound = 1 / Math.sqrt(32);
      double variance = 0;
      double largest = 0;
      for (float value : a) {
        variance += value * value / a.length;
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(largest).isBetween(0.99 * bound, bound);
      assertThat(Math.sqrt(variance)).isCloseTo(bound / Math.sqrt(3), within(0.03 * bound));
      assertThat(Tensors.floats(tuner.trainable().get("blocks.1.lora.v.b"))).containsOnly(0);
    }
  }

  @Test
  void alpha_over_rank_is_the_scale() {
    assertThat(new Lora().scale()).isEqualTo(1);
    assertThat(scale(4, 8.0, false)).isEqualTo(2);
    assertThat(scale(4, 8.0, true)).isEqualTo(4);
    assertThat(scale(4, null, true)).isEqualTo(2);
  }

  private static double scale(int rank, Double alpha, boolean stabilised) {
    return new Lora(rank, alpha, stabilised, 0, List.of(Projection.Q)).scale();
  }

  @Test
  void settings_are_checked_at_birth() {
    refused(0, 1.0, 0, "lora.rank must be at least 1, found 0", Projection.Q);
    refused(1, Double.NaN, 0, "lora.alpha must be a finite number, found NaN", Projection.Q);
    refused(1, 1.0, 1, "lora.dropout must lie in [0, 1), found 1.0", Projection.Q);
    String some = "lora.targets must name some of q, k, v, qkv, proj, fc1, fc2, each once, found ";
    refused(1, 1.0, 0, some + "[]");
    refused(1, 1.0, 0, some + "[q, q]", Projection.Q, Projection.Q);
    refused(1, 1.0, 0, some + "[nothing]", (Projection) null);
    refused(
        1,
        1.0,
        0,
        "lora.targets must name qkv or q, k, v, which are its thirds, not both, found [v, qkv]",
        Projection.V,
        Projection.QKV);
  }

  private static void refused(
      int rank, Double alpha, double dropout, String message, Projection... targets) {
    assertThatThrownBy(() -> new Lora(rank, alpha, false, dropout, Arrays.asList(targets)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void an_unknown_target_is_named() {
    assertThatThrownBy(() -> count(Tiny.PRESET, "lora", "{\"targets\": [\"query\"]}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("query")
        .hasMessageContaining("targets");
  }
}
