package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What parts of a backbone are trained by name, and how many values that is. */
class PartsOfBackboneTest {
  @ParameterizedTest
  @CsvSource({
    // 11·768·12 + 2·768
    "bitfit, vit_base_patch16_224, 102912",
    // 11·192·12 + 2·192
    "bitfit, vit_tiny_patch16_224, 25728",
    // blocks 12·8·384 (no qkv bias), final norm 384; encoder 128 + 128 + 256 + 512 + 512 + 384;
    // position network 128 + 384
    "bitfit, point_mae_scan, 39680",
    // 4·768·12 + 2·768
    "ln-tuning, vit_base_patch16_224, 38400",
    "ln-tuning, point_mae_scan, 19200",
  })
  void the_counts_are_those_of_the_formulas(String method, String preset, long expected) {
    try (Backbone blank =
            Backbones.blank(preset, Backbones.Options.defaults().with(Precision.FP32));
        AdaptedModel model = attached(method, blank)) {
      assertThat(model.parameters().peft()).isEqualTo(expected);
    }
  }

  @Test
  void the_final_norm_behind_average_pooling_is_a_layer_norm_too() {
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    try (Backbone vit = Tiny.vit(Tiny.PRESET, options, 1);
        AdaptedModel model = attached("ln-tuning", vit)) {
      assertThat(model.trainable().names())
          .containsExactlyInAnyOrder(
              "blocks.0.norm1.weight",
              "blocks.0.norm1.bias",
              "blocks.0.norm2.weight",
              "blocks.0.norm2.bias",
              "blocks.1.norm1.weight",
              "blocks.1.norm1.bias",
              "blocks.1.norm2.weight",
              "blocks.1.norm2.bias",
              "norm.weight",
              "norm.bias",
              "head.weight",
              "head.bias");
    }
  }

  private static AdaptedModel attached(String method, Backbone backbone) {
    PeftMethod read = Methods.read(Settings.json().readTree('"' + method + '"'), "method");
    return AdaptedModel.attach(backbone, read, Classification.of(Tiny.LABELS), 1);
  }
}
