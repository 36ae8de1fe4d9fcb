package dev.adapterx.scenes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.scenes.images.FormulaImages.Family;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormulaImagesTest {
  private static final int CLASSES = 64;
  private final FormulaImages images = new FormulaImages(7, CLASSES);

  /** One image per family and texture kind; a change here changes every pre-trained backbone. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1612119739",
    "1, 0, 2261256521",
    "2, 0, 2885940104",
    "3, 0, 1305505742",
    "6, 1, 319897249",
    "10, 2, 3981429943",
    "14, 3, 796360382",
    "60, 9, 173623536"
  })
  void pixels_are_the_same_on_every_machine(int classIndex, int instance, long crc) {
    assertThat(crc(images.image(classIndex, instance, 64))).isEqualTo(crc);
  }

  @Test
  void an_image_depends_on_seed_class_and_instance_only() {
    FormulaImages again = new FormulaImages(7, CLASSES + 100);
    FormulaImages other = new FormulaImages(8, CLASSES);
    for (int c = 0; c < CLASSES; c++) {
      byte[] pixels = images.image(c, 5, 32).pixels();
      assertThat(again.image(c, 5, 32).pixels()).isEqualTo(pixels);
      assertThat(other.image(c, 5, 32).pixels()).isNotEqualTo(pixels);
    }
  }

  @Test
  void no_two_images_and_no_two_classes_are_the_same() {
    Set<Long> seen = new HashSet<>();
    Set<String> formulas = new HashSet<>();
    for (int c = 0; c < CLASSES; c++) {
      formulas.add(images.description(c));
      for (int i = 0; i < 8; i++) {
        seen.add(crc(images.image(c, i, 32)));
      }
    }
    assertThat(formulas).hasSize(CLASSES);
    assertThat(seen).hasSize(8 * CLASSES);
  }

  @Test
  void families_take_turns() {
    int[] count = new int[Family.values().length];
    for (int c = 0; c < CLASSES; c++) {
      count[images.family(c).ordinal()]++;
    }
    assertThat(count).containsOnly(CLASSES / 4);
    assertThat(images.description(0)).startsWith("Fractal");
    assertThat(images.description(1)).startsWith("RadialContour");
    assertThat(images.description(2)).startsWith("Texture");
    assertThat(images.description(3)).startsWith("Arrangement");
  }

  @Test
  void every_class_there_can_be_is_drawn_at_any_size() {
    FormulaImages all = new FormulaImages(3, FormulaImages.MOST_CLASSES);
    for (int c = 0; c < all.classes(); c++) {
      int size = 8 + c % 60;
      RgbImage image = all.image(c, c, size);
      assertThat(image.width()).isEqualTo(size);
      assertThat(image.height()).isEqualTo(size);
    }
    assertThat(all.image(1, 1, 300).width()).isEqualTo(300);
  }

  @Test
  void almost_every_image_shows_something() {
    int flat = 0;
    for (int c = 0; c < CLASSES; c++) {
      for (int i = 0; i < 10; i++) {
        flat += spread(images.image(c, i, 64)) < 4 ? 1 : 0;
      }
    }
    assertThat(flat).isLessThan(10);
  }

  @Test
  void edges_tell_the_class_and_the_mean_colour_does_not() {
    NearestMean.Source source = (c, i) -> images.image(c, i, 32);
    double chance = 1.0 / CLASSES;
    assertThat(NearestMean.accuracy(CLASSES, 30, 15, source, NearestMean::meanColour))
        .isLessThan(3 * chance);
    assertThat(NearestMean.accuracy(CLASSES, 30, 15, source, NearestMean::edges))
        .isGreaterThan(8 * chance);
  }

  @Test
  void impossible_requests_say_what_is_possible() {
    assertThatThrownBy(() -> new FormulaImages(1, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("1 to " + FormulaImages.MOST_CLASSES)
        .hasMessageContaining("found 0");
    assertThatThrownBy(() -> new FormulaImages(1, FormulaImages.MOST_CLASSES + 1))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> images.image(CLASSES, 0, 64))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no class 64: these formula images have the classes 0 to 63");
    assertThatThrownBy(() -> images.image(-1, 0, 64)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> images.image(0, 0, 7))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("8 to 1024 pixels wide, found 7");
    assertThatThrownBy(() -> images.image(0, 0, 100_000)).isInstanceOf(ConfigException.class);
  }

  static long crc(RgbImage image) {
    CRC32 crc = new CRC32();
    crc.update(image.pixels());
    return crc.getValue();
  }

  private static double spread(RgbImage image) {
    double sum = 0;
    double squares = 0;
    for (byte pixel : image.pixels()) {
      sum += pixel & 0xFF;
      squares += (pixel & 0xFF) * (pixel & 0xFF);
    }
    double mean = sum / image.pixels().length;
    return Math.sqrt(squares / image.pixels().length - mean * mean);
  }
}
