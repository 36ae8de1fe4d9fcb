package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResizeTest {
  private static final Rng UNUSED = Rng.of(0, "unused");

  static List<String> resized() throws IOException {
    try (Stream<Path> files = Files.list(Golden.file("resize"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.contains("-"))
          .map(n -> n.replace(".ppm", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("resized")
  void is_pil_bit_for_bit(String name) {
    RgbImage expected = Golden.image("resize/" + name);
    Filter filter = Filter.valueOf(name.substring(0, name.indexOf('-')).toUpperCase(Locale.ROOT));

    RgbImage actual =
        Resize.to(expected.width(), expected.height(), filter).apply(Golden.image("resize/source"));

    Golden.assertSame(actual, expected);
  }

  static List<String> digests() {
    return new String(Golden.bytes("resize/digests.txt"), StandardCharsets.US_ASCII)
        .lines()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("digests")
  void enlarging_to_the_size_of_a_backbone_is_pil_bit_for_bit(String line) {
    String[] words = line.split(" ");
    int size = Integer.parseInt(words[1]);
    RgbImage actual =
        Resize.to(size, size, Filter.valueOf(words[0].toUpperCase(Locale.ROOT)))
            .apply(Golden.image("resize/small"));
    CRC32 crc = new CRC32();
    crc.update(actual.pixels());
    assertThat(String.format("%08x", crc.getValue())).isEqualTo(words[2]);
  }

  @Test
  void the_same_size_is_the_same_image() {
    RgbImage image = Golden.noise(9, 7, 1);
    assertThat(Resize.to(9, 7, Filter.BICUBIC).apply(image)).isSameAs(image);
  }

  @ParameterizedTest
  @CsvSource({"100, 75, 48, 64, 48", "75, 100, 48, 48, 64", "31, 57, 20, 20, 36", "7, 7, 3, 3, 3"})
  void the_shorter_side_rules_and_the_longer_is_rounded_down(
      int width, int height, int size, int outWidth, int outHeight) {
    RgbImage out = Resize.shorterSide(size, Filter.BILINEAR).apply(Golden.noise(width, height, 2));
    assertThat(List.of(out.width(), out.height())).containsExactly(outWidth, outHeight);
  }

  @Test
  void many_different_sizes_do_not_mix_up() {
    Resize resize = Resize.to(10, 10, Filter.BICUBIC);
    RgbImage source = Golden.image("resize/source");
    for (int n = 1; n < 150; n++) {
      resize.apply(Golden.noise(n, n + 1, n));
    }
    Golden.assertSame(resize.apply(source), Resize.to(10, 10, Filter.BICUBIC).apply(source));
  }

  @ParameterizedTest // torchvision: int(round((h - size) / 2)) with Python's banker's rounding
  @CsvSource({"11, 8, 2", "13, 8, 2", "9, 8, 0", "12, 8, 2", "15, 8, 4"})
  void center_crop_rounds_half_to_even(int length, int size, int offset) {
    RgbImage image = Golden.noise(length, length, 3);
    RgbImage crop = new CenterCrop(size).apply(image, UNUSED);
    assertThat(crop.at(0, 0, 1)).isEqualTo(image.at(offset, offset, 1));
    assertThat(crop.at(size - 1, size - 1, 2))
        .isEqualTo(image.at(offset + size - 1, offset + size - 1, 2));
  }

  @Test
  void center_crop_pads_a_smaller_image_with_black() {
    RgbImage image = Golden.noise(3, 12, 4);
    RgbImage crop = new CenterCrop(8).apply(image, UNUSED); // 2 black columns left, 3 right
    assertThat(crop.at(1, 0, 0)).isZero();
    assertThat(crop.at(2, 0, 0)).isEqualTo(image.at(0, 2, 0));
    assertThat(crop.at(4, 7, 0)).isEqualTo(image.at(2, 9, 0));
    assertThat(crop.at(5, 7, 0)).isZero();
  }

  @Test
  void impossible_sizes_are_refused() {
    assertThatThrownBy(() -> Resize.to(0, 3, Filter.BOX))
        .isInstanceOf(ConfigException.class)
        .hasMessage("resize: width must be at least 1, found 0");
    assertThatThrownBy(() -> Resize.shorterSide(-1, Filter.BOX))
        .isInstanceOf(ConfigException.class)
        .hasMessage("resize: size must be at least 1, found -1");
    assertThatThrownBy(() -> new CenterCrop(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("center crop: size must be at least 1, found 0");
  }
}
