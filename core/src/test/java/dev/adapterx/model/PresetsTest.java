package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresetsTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224, 224, 16, 192, 12, 3",
    "vit_small_patch32_384, 384, 32, 384, 12, 6",
    "deit_base_patch16_224, 224, 16, 768, 12, 12",
    "vit_large_patch16_224, 224, 16, 1024, 24, 16",
    "vit_huge_patch14_224, 224, 14, 1280, 32, 16",
    "vit_128x8x4_patch8_64, 64, 8, 128, 8, 4",
  })
  void a_name_tells_the_shape(String name, int image, int patch, int width, int depth, int heads) {
    assertThat(Presets.vit(name)).isEqualTo(ViTConfig.plain(image, patch, width, depth, heads));
  }

  @ParameterizedTest
  @CsvSource({
    "vit_small_patch16_dinov3, 256, 16, 384, 12, 6",
    "vit_32x2x2_patch8_dinov3_32, 32, 8, 32, 2, 2",
  })
  void dinov3_s_name_tells_the_shape(
      String name, int image, int patch, int width, int depth, int heads) {
    assertThat(Presets.vit(name)).isEqualTo(ViTConfig.dinov3(image, patch, width, depth, heads));
  }

  /** transformers counts 21,596,544 with the mask token; keys' biases, 0, are ours. */
  @Test
  void dinov3_s_parameters_are_counted() {
    try (Backbone blank = Backbones.blank("vit_small_patch16_dinov3", FP32)) {
      assertThat(blank.tensors().elements() - 12 * 384 + 384).isEqualTo(21_596_544);
    }
  }

  @Test
  void an_unknown_name_is_told_the_nearest() {
    assertThatThrownBy(() -> Presets.vit("vit_bass_patch16_224"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Unknown preset 'vit_bass_patch16_224'; did you mean 'vit_base_patch16_224'? Expected"
                + " vit_SIZE_patchP_S or vit_SIZE_patchP_dinov3 with SIZE one of tiny, small, base, large, huge or"
                + " WIDTHxDEPTHxHEADS; others are point_mae, point_mae_scan,"
                + " swin_tiny_patch4_window7_224, swin_small_patch4_window7_224,"
                + " swin_base_patch4_window7_224, swin_large_patch4_window7_224");
    assertThatThrownBy(() -> Presets.vit("swintiny_patch4_window7_224"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'swin_tiny_patch4_window7_224'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "resnet50",
        "vit_base_patch16",
        "vit_base_patch99999999999_224",
        "vit_99999999999x1x1_patch8_64",
        "vit_0x1x1_patch8_64",
        "vit_32x0x2_patch8_64",
        "vit_32x2x0_patch8_64",
        "vit_32x2x3_patch8_64",
        "vit_base_patch16_225",
        "vit_base_patch0_224"
      })
  void nonsense_is_refused(String name) {
    assertThatThrownBy(() -> Presets.vit(name)).isInstanceOf(ConfigException.class);
  }

  @Test
  void heads_are_known_by_width() {
    assertThat(Presets.headsOf(192)).isEqualTo(3);
    assertThat(Presets.headsOf(1280)).isEqualTo(16);
    assertThat(Presets.headsOf(32)).isZero();
  }

  @Test
  void initial_values_are_timms_and_named_by_the_seed() {
    String preset = "vit_64x2x2_patch8_32";
    try (VisionTransformer vit = (VisionTransformer) Backbones.initial(preset, FP32, 1);
        VisionTransformer same = (VisionTransformer) Backbones.initial(preset, FP32, 1);
        VisionTransformer other = (VisionTransformer) Backbones.initial(preset, FP32, 2)) {
      assertThat(values(vit, "blocks.0.norm1.weight")).containsOnly(1);
      assertThat(values(vit, "blocks.0.mlp.fc1.bias")).containsOnly(0);
      float[] weight = values(vit, "blocks.1.attn.qkv.weight");
      double squares = 0;
      for (float w : weight) {
        assertThat(Math.abs(w)).isLessThanOrEqualTo(0.04f);
        squares += (double) w * w;
      }
      assertThat(Math.sqrt(squares / weight.length)).isBetween(0.0172, 0.018);
      assertThat(values(same, "blocks.1.attn.qkv.weight")).isEqualTo(weight);
      assertThat(values(other, "blocks.1.attn.qkv.weight")).isNotEqualTo(weight);
      assertThat(values(vit, "blocks.0.attn.qkv.weight")).isNotEqualTo(weight);
    }
  }

  @Test
  void average_pooling_has_its_norm_behind() {
    Backbones.Options avg =
        new Backbones.Options(null, null, null, null, ViTConfig.Pooling.AVG, Precision.FP32);
    try (VisionTransformer vit =
        (VisionTransformer) Backbones.initial("vit_32x1x2_patch8_32", avg, 1)) {
      assertThat(vit.tensors().has("fc_norm.weight")).isTrue();
      assertThat(vit.tensors().has("norm.weight")).isFalse();
    }
  }

  private static float[] values(VisionTransformer vit, String name) {
    return Tensors.floats(vit.tensors().get(name));
  }
}
