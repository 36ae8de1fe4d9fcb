package dev.adapterx.train;

import dev.adapterx.base.Rng;
import dev.adapterx.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;

/** A data set of a few coloured squares and a recipe that trains on it within a second. */
public final class Tiny {
  public static final List<String> CLASSES = List.of("apple", "pear", "plum");
  public static final String ADAPTER_X = "{name: adapter-x, experts: 2, heads: 2, bottleneck: 4}";
  private static final int[] COLOURS = {0xC03020, 0x40A040, 0x5030B0};

  private Tiny() {}

  /** Splits train (7 images per class), val (3) and test (3), 32 x 32 pixels. */
  public static Path images(Path root) {
    return images(root, 32);
  }

  public static Path images(Path root, int side) {
    split(root.resolve("train"), 7, side, 1);
    split(root.resolve("val"), 3, side, 2);
    split(root.resolve("test"), 3, side, 3);
    return root;
  }

  private static void split(Path folder, int count, int side, long seed) {
    for (int c = 0; c < CLASSES.size(); c++) {
      for (int i = 0; i < count; i++) {
        Rng rng = Rng.of(seed, CLASSES.get(c)).at(i);
        png(folder.resolve(CLASSES.get(c)).resolve(i + ".png"), side, COLOURS[c], rng);
      }
    }
  }

  /** Noise around a colour. */
  static void png(Path file, int side, int colour, Rng rng) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int pixel = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          int value = ((colour >> shift) & 0xFF) + rng.nextInt(120) - 60;
          pixel |= Math.max(0, Math.min(255, value)) << shift;
        }
        image.setRGB(x, y, pixel);
      }
    }
    try {
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Four epochs of three steps with Adapter-X; changed by overrides. */
  public static Recipe recipe(Path images, String... overrides) {
    List<String> all =
        Stream.concat(Stream.of("data.path=" + images), Stream.of(overrides)).toList();
    return Recipe.read(
        """
        seed: 3
        backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
        method: %s
        data: {train: train, test: test, threads: 2, cache-megabytes: 16}
        train: {epochs: 4, batch: 6, drop-last: true, micro-batch: 4, lr: 0.01, min-lr: 0.0001,
          warmup-epochs: 1, warmup-lr: 0.001, drop-path: 0, eval-batch: 8}
        """
            .formatted(ADAPTER_X),
        all,
        "tiny");
  }

  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  /** The lines of metrics.jsonl without what a clock tells. */
  public static List<String> metrics(Path run) {
    JsonMapper json = JsonMapper.builder().build();
    return text(run.resolve("metrics.jsonl"))
        .lines()
        .map(
            line -> {
              var record = (tools.jackson.databind.node.ObjectNode) json.readTree(line);
              record.remove(
                  List.of("seconds", "samples-per-second", "waited-seconds", "loading-seconds"));
              return record.toString();
            })
        .toList();
  }
}
