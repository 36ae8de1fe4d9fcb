package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CropAndFlipTest {
  private static final Rng RNG = Rng.of(11, "crop");

  /** An image whose pixel (x, y) is (x, y, 255). */
  private static RgbImage map(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      pixels[3 * i] = (byte) (i % width);
      pixels[3 * i + 1] = (byte) (i / width);
      pixels[3 * i + 2] = -1;
    }
    return new RgbImage(width, height, pixels);
  }

  @Test
  void a_flip_mirrors_each_row_about_as_often_as_asked() {
    RgbImage image = map(5, 2);
    RgbImage flipped = new HorizontalFlip(1).apply(image, RNG);
    assertThat(flipped.at(0, 1, 0)).isEqualTo(4);
    assertThat(flipped.at(4, 1, 1)).isEqualTo(1);
    assertThat(new HorizontalFlip(0).apply(image, RNG)).isSameAs(image);
    long flips =
        IntStream.range(0, 4000)
            .filter(i -> new HorizontalFlip(0.3).apply(image, RNG.at(i)) != image)
            .count();
    assertThat(flips / 4000.0).isCloseTo(0.3, within(0.03));
  }

  @Test
  void a_random_crop_reaches_every_place_also_in_the_padding() {
    RgbImage image = map(8, 6);
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      RgbImage crop = new RandomCrop(5, 2).apply(image, RNG.at(i));
      assertThat(crop.width()).isEqualTo(5);
      int left = crop.at(2, 2, 0) - 2; // the middle is never padding
      int top = crop.at(2, 2, 1) - 2;
      places.add(100 * (left + 2) + top + 2);
      boolean inside = left >= 0 && top >= 0;
      assertThat(crop.at(0, 0, 2)).isEqualTo(inside ? 255 : 0);
    }
    assertThat(places).hasSize((8 + 4 - 5 + 1) * (6 + 4 - 5 + 1));
  }

  @Test
  void a_crop_larger_than_the_image_is_refused() {
    assertThatThrownBy(() -> new RandomCrop(9, 0).apply(map(8, 20), RNG))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Random crop of 9 with padding 0: found an image of 8 x 20");
  }

  @Test
  void resized_crops_have_the_area_and_ratio_asked_for() {
    RandomResizedCrop crop = RandomResizedCrop.of(7, Filter.BICUBIC);
    double smallest = 1;
    double largest = 0;
    for (int i = 0; i < 3000; i++) {
      RandomResizedCrop.Box box = crop.box(400, 300, RNG.at(i));
      assertThat(box.left()).isBetween(0, 400 - box.width());
      assertThat(box.top()).isBetween(0, 300 - box.height());
      assertThat((double) box.width() / box.height()).isBetween(0.74, 1.35);
      double share = box.width() * box.height() / 120000.0;
      smallest = Math.min(smallest, share);
      largest = Math.max(largest, share);
    }
    assertThat(smallest).isBetween(0.079, 0.1);
    assertThat(largest).isBetween(0.9, 1.0);
    assertThat(crop.apply(map(40, 30), RNG).width()).isEqualTo(7);
  }

  @Test
  void when_nothing_fits_the_middle_of_the_nearest_ratio_is_taken() {
    RandomResizedCrop wholes = new RandomResizedCrop(7, 1, 1, 3 / 4.0, 4 / 3.0, Filter.BOX);
    assertThat(wholes.box(300, 30, RNG)).isEqualTo(new RandomResizedCrop.Box(130, 0, 40, 30));
    assertThat(wholes.box(30, 300, RNG)).isEqualTo(new RandomResizedCrop.Box(0, 130, 30, 40));
  }

  @Test
  void jitter_of_zero_changes_nothing_and_otherwise_stays_within_its_factors() {
    RgbImage image = Golden.noise(6, 5, 2);
    assertThat(new ColorJitter(0, 0, 0).apply(image, RNG)).isSameAs(image);
    for (int i = 0; i < 200; i++) {
      RgbImage out = new ColorJitter(0.4, 0, 0).apply(image, RNG.at(i));
      for (int p = 0; p < out.pixels().length; p++) {
        int before = image.pixels()[p] & 0xFF;
        assertThat(out.pixels()[p] & 0xFF)
            .isBetween((int) (0.6 * before) - 1, Math.min(255, (int) (1.4 * before) + 1));
      }
    }
  }

  @Test
  void impossible_settings_are_refused() {
    assertThatThrownBy(() -> new HorizontalFlip(1.5))
        .isInstanceOf(ConfigException.class)
        .hasMessage("horizontal flip: probability must be in [0.0, 1.0], found 1.5");
    assertThatThrownBy(() -> new RandomCrop(8, -1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("padding must not be negative, found -1");
    assertThatThrownBy(() -> new RandomResizedCrop(8, 0.5, 0.2, 1, 1, Filter.BOX))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("scale must be a range of numbers above 0, found 0.5 … 0.2");
    assertThatThrownBy(() -> new ColorJitter(0, -0.1, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("contrast must not be negative");
  }
}
