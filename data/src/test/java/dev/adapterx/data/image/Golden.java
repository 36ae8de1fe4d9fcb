package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What golden/images.py left behind. */
public final class Golden {
  private Golden() {}

  public static Path file(String name) {
    try {
      return Path.of(Golden.class.getResource("/golden/images/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A binary PPM as the script writes it: three lines of text, then the pixels. */
  public static RgbImage image(String name) {
    byte[] content = bytes(name + ".ppm");
    int body = 0;
    for (int lines = 0; lines < 3; body++) {
      lines += content[body] == '\n' ? 1 : 0;
    }
    String[] header = new String(content, 0, body, StandardCharsets.US_ASCII).split("\\s+");
    return new RgbImage(
        Integer.parseInt(header[1]),
        Integer.parseInt(header[2]),
        Arrays.copyOfRange(content, body, content.length));
  }

  public static void assertSame(RgbImage actual, RgbImage expected) {
    assertThat(largestDifference(actual, expected)).as("largest difference").isZero();
  }

  public static int largestDifference(RgbImage actual, RgbImage expected) {
    assertThat(actual.width() + " x " + actual.height())
        .isEqualTo(expected.width() + " x " + expected.height());
    int most = 0;
    for (int i = 0; i < expected.pixels().length; i++) {
      most = Math.max(most, Math.abs((actual.pixels()[i] & 0xFF) - (expected.pixels()[i] & 0xFF)));
    }
    return most;
  }

  /** Noise that depends on the seed alone. */
  static RgbImage noise(int width, int height, long seed) {
    byte[] pixels = new byte[3 * width * height];
    new java.util.Random(seed).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
