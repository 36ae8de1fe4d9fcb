package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessTest {
  private static final Rng UNUSED = Rng.of(0, "unused");

  @Test
  void all_of_a_wide_picture_or_its_middle() {
    byte[] pixels = new byte[3 * 12 * 4]; // a white third between two black ones
    for (int y = 0; y < 4; y++) {
      java.util.Arrays.fill(pixels, 3 * (12 * y + 4), 3 * (12 * y + 8), (byte) 255);
    }
    RgbImage wide = new RgbImage(12, 4, pixels);
    dev.adapterx.base.Rng rng = dev.adapterx.base.Rng.of(0, "test");
    RgbImage middle =
        new Preprocess(4, Preprocess.Mode.CROP, 1, Filter.BOX, Normalisation.HALF)
            .geometry()
            .apply(wide, rng);
    RgbImage all =
        new Preprocess(3, Preprocess.Mode.DIRECT, 1, Filter.BOX, Normalisation.HALF)
            .geometry()
            .apply(wide, rng);
    RgbImage middleOfAll =
        new Preprocess(1, Preprocess.Mode.DIRECT, 1 / 3.0, Filter.BOX, Normalisation.HALF)
            .geometry()
            .apply(wide, rng);
    assertThat(middle.pixels()).containsOnly(255);
    assertThat(all.pixels())
        .containsExactly(
            0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 255, 255,
            255, 0, 0, 0);
    assertThat(middleOfAll.pixels()).containsExactly(255, 255, 255);
  }

  @Test
  void direct_squeezes_to_the_square() {
    Preprocess preprocess = Preprocess.direct(16, Normalisation.HALF);
    RgbImage image = Golden.noise(40, 20, 1);
    Golden.assertSame(
        preprocess.geometry().apply(image, UNUSED), Resize.to(16, 16, Filter.BICUBIC).apply(image));
  }

  @Test // timm's resize of a 224 model with crop_pct 0.9 is 248, of 0.875 it is 256
  void crop_resizes_the_shorter_side_by_the_floor_of_the_share() {
    Preprocess preprocess =
        new Preprocess(224, Preprocess.Mode.CROP, 0.9, Filter.BILINEAR, Normalisation.NONE);
    RgbImage image = Golden.noise(300, 260, 2);
    RgbImage shorter = Resize.shorterSide(248, Filter.BILINEAR).apply(image);
    assertThat(shorter.height()).isEqualTo(248);
    Golden.assertSame(
        preprocess.geometry().apply(image, UNUSED), new CenterCrop(224).apply(shorter, UNUSED));
  }

  @Test
  void values_are_laid_out_by_channel_and_scaled() {
    RgbImage image = new RgbImage(2, 2, new byte[] {0, 51, -1, 1, 2, 3, 4, 5, 6, -1, 0, 102});
    float[] values = Preprocess.direct(2, Normalisation.IMAGENET).normalise(image);
    assertThat(values[0]).isEqualTo((0f - 0.485f) / 0.229f);
    assertThat(values[3]).isEqualTo((1f - 0.485f) / 0.229f);
    assertThat(values[4]).isEqualTo((51 / 255f - 0.456f) / 0.224f);
    assertThat(values[8]).isEqualTo((1f - 0.406f) / 0.225f);
    assertThat(values[11]).isEqualTo((102 / 255f - 0.406f) / 0.225f);
  }

  @Test
  void half_spans_minus_one_to_one_and_none_zero_to_one() {
    RgbImage image = new RgbImage(1, 1, new byte[] {0, -1, -1});
    assertThat(Preprocess.direct(1, Normalisation.HALF).normalise(image))
        .containsExactly(-1f, 1f, 1f);
    assertThat(Preprocess.direct(1, Normalisation.NONE).normalise(image))
        .containsExactly(0f, 1f, 1f);
  }

  @Test
  void writes_into_a_batch_at_an_offset() {
    Preprocess preprocess = Preprocess.direct(2, Normalisation.HALF);
    RgbImage image = Golden.noise(2, 2, 5);
    float[] batch = new float[3 * preprocess.length()];
    preprocess.normalise(image, batch, preprocess.length());
    assertThat(batch).startsWith(new float[12]).endsWith(new float[12]);
    assertThat(java.util.Arrays.copyOfRange(batch, 12, 24))
        .containsExactly(preprocess.normalise(image));
  }

  @Test
  void an_image_of_another_size_is_refused() {
    assertThatThrownBy(
            () -> Preprocess.direct(4, Normalisation.HALF).normalise(Golden.noise(4, 5, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("takes images of 4 x 4 pixels, found 4 x 5");
  }

  @Test
  void normalisations_are_known_by_name() {
    assertThat(Normalisation.named("ImageNet")).isSameAs(Normalisation.IMAGENET);
    assertThat(Normalisation.HALF.name()).isEqualTo("half");
    assertThat(new Normalisation(List.of(0f, 0f, 0f), List.of(2f, 2f, 2f)).name())
        .isEqualTo("custom");
    assertThatThrownBy(() -> Normalisation.named("imagnet"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("half, imagenet, none")
        .hasMessageContaining("did you mean 'imagenet'?");
  }

  @Test
  void impossible_settings_are_refused() {
    assertThatThrownBy(() -> Preprocess.direct(0, Normalisation.HALF))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("input size must be at least 1, found 0");
    assertThatThrownBy(
            () -> new Preprocess(8, Preprocess.Mode.CROP, 0, Filter.BICUBIC, Normalisation.HALF))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("crop pct must be in (0, 1], found 0.0");
    assertThatThrownBy(() -> new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 0f, 1f)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("std must be 3 numbers above 0");
  }
}
