package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentOpTest {
  private static final Fill FILL = new Fill(124, 116, 104);

  static List<String> augmented() throws IOException {
    try (Stream<Path> files = Files.list(Golden.file("augment"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.contains("_"))
          .map(n -> n.replace(".ppm", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("augmented")
  void is_pil_bit_for_bit(String name) {
    String[] words = name.split("_");
    AugmentOp op = AugmentOp.valueOf(words[0].replace('-', '_').toUpperCase(Locale.ROOT));
    Sampling sampling =
        words.length < 3 ? Sampling.NEAREST : Sampling.valueOf(words[2].toUpperCase(Locale.ROOT));

    RgbImage actual =
        op.apply(
            Golden.image("augment/source"),
            Double.parseDouble(words[1]),
            new AugmentOp.Look(sampling, FILL));

    Golden.assertSame(actual, Golden.image("augment/" + name));
  }

  @Test
  void a_flat_image_stays_as_pil_leaves_it() {
    RgbImage flat = Golden.image("augment/flat");
    Golden.assertSame(Tones.autoContrast(flat), Golden.image("augment/flat-auto-contrast"));
    Golden.assertSame(Tones.equalize(flat), Golden.image("augment/flat-equalize"));
  }

  @Test
  void no_bits_are_black() {
    RgbImage black = Tones.posterize(Golden.noise(4, 3, 1), 0);
    assertThat(black.pixels()).containsOnly(0);
  }

  private static final Map<String, AugmentOp> TIMM =
      Map.ofEntries(
          Map.entry("Rotate", AugmentOp.ROTATE),
          Map.entry("Posterize", AugmentOp.POSTERIZE),
          Map.entry("Solarize", AugmentOp.SOLARIZE),
          Map.entry("SolarizeAdd", AugmentOp.SOLARIZE_ADD),
          Map.entry("Color", AugmentOp.COLOR),
          Map.entry("Contrast", AugmentOp.CONTRAST),
          Map.entry("Brightness", AugmentOp.BRIGHTNESS),
          Map.entry("Sharpness", AugmentOp.SHARPNESS),
          Map.entry("ShearX", AugmentOp.SHEAR_X),
          Map.entry("ShearY", AugmentOp.SHEAR_Y),
          Map.entry("TranslateXRel", AugmentOp.TRANSLATE_X),
          Map.entry("TranslateYRel", AugmentOp.TRANSLATE_Y));

  static List<String> amounts() {
    return new String(Golden.bytes("augment/amounts.txt"), StandardCharsets.US_ASCII)
        .lines()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("amounts")
  void a_magnitude_means_what_it_means_in_timm(String line) {
    String[] words = line.split(" ");
    AugmentOp op = TIMM.get(words[0]);
    boolean increasing = words[1].equals("True");
    double magnitude = Double.parseDouble(words[2]);
    double minus = op.amount(magnitude, increasing, -1);
    double plus = op.amount(magnitude, increasing, 1);
    assertThat(minus).isCloseTo(Double.parseDouble(words[3]), within(1e-12));
    assertThat(plus).isCloseTo(Double.parseDouble(words[4]), within(1e-12));
  }
}
