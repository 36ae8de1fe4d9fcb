package dev.adapterx.model.swin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbones;
import dev.adapterx.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwinPresetsTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  /** Parameters without the head, as timm counts them with num_classes=0. */
  @ParameterizedTest
  @CsvSource({
    "swin_tiny_patch4_window7_224, 27519354, 768",
    "swin_small_patch4_window7_224, 48837258, 768",
    "swin_base_patch4_window7_224, 86743224, 1024",
  })
  void a_preset_has_timms_parameters(String preset, long parameters, int width) {
    try (SwinTransformer blank = (SwinTransformer) Backbones.blank(preset, FP32)) {
      assertThat(blank.tensors().elements()).isEqualTo(parameters);
      assertThat(blank.width()).isEqualTo(width);
    }
  }

  @Test
  void any_other_shape_goes_by_its_numbers() {
    SwinConfig config = SwinPresets.config("swin_16x1-2x2-4_patch4_window3_24");
    assertThat(config.stages())
        .containsExactly(
            new SwinConfig.Stage(16, 1, 2, 3, 64), new SwinConfig.Stage(32, 2, 4, 3, 128));
    assertThat(config.imageSize()).isEqualTo(24);
    assertThat(config.lastGrid()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swin_tinny_patch4_window7_224",
        "swin_16x1-2x2_patch4_window3_24",
        "swin_16x1-1-1-1-1-1-1-1-1x1-1-1-1-1-1-1-1-1_patch4_window3_24"
      })
  void an_unknown_name_is_refused_with_the_nearest(String preset) {
    assertThatThrownBy(() -> SwinPresets.config(preset))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "Unknown preset '" + preset + "'", "Expected swin_SIZE_patchP_windowW_S");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swin_16x0-2x2-4_patch4_window3_24",
        "swin_16x1-2x3-4_patch4_window3_24",
        "swin_16x1-2x2-4_patch4_window0_24",
        "swin_16x1-2x2-4_patch4_window3_26",
        "swin_16x1-99999x2-4_patch4_window3_24"
      })
  void numbers_that_make_no_transformer_are_refused(String preset) {
    assertThatThrownBy(() -> SwinPresets.config(preset))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Swin transformer: ");
  }
}
