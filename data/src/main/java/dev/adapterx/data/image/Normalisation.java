package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The scaling of pixels that a backbone expects: {@code (value / 255 - mean) / std} per channel.
 *
 * <p>A known pitfall: the weights of ViT-B/16 on ImageNet-21k expect {@link #HALF}, but several
 * published pipelines use {@link #IMAGENET} or {@link #NONE}, and accuracies differ by points.
 *
 * @param mean of red, green, blue
 * @param std of red, green, blue; greater than 0
 */
public record Normalisation(List<Float> mean, List<Float> std) {
  /** Mean and standard deviation ½: values in [-1, 1]. */
  public static final Normalisation HALF =
      new Normalisation(List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f));

  /** The statistics of ImageNet's pixels. */
  public static final Normalisation IMAGENET =
      new Normalisation(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  /** Values in [0, 1]. */
  public static final Normalisation NONE =
      new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

  public Normalisation {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || mean.stream().anyMatch(v -> !Float.isFinite(v))) {
      throw new ConfigException("normalisation: mean must be 3 finite numbers, found " + mean);
    }
    if (std.size() != 3 || std.stream().anyMatch(v -> !(v > 0) || !Float.isFinite(v))) {
      throw new ConfigException("normalisation: std must be 3 numbers above 0, found " + std);
    }
  }

  /**
   * One of the constants by its name: half, imagenet, none.
   *
   * @throws ConfigException naming the known ones
   */
  public static Normalisation named(String name) {
    Normalisation found = constants().get(name.toLowerCase(Locale.ROOT));
    if (found == null) {
      throw new ConfigException(
          "normalisation: unknown name '"
              + name
              + "', expected one of "
              + String.join(", ", constants().keySet())
              + Names.hint(name, constants().keySet()));
    }
    return found;
  }

  /** The constant's name, or {@code custom}. */
  public String name() {
    return constants().entrySet().stream()
        .filter(e -> e.getValue().equals(this))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("custom");
  }

  /**
   * Writes an image as channels, rows, columns (CHW): {@code 3 · height · width} values from {@code
   * offset} on.
   */
  public void write(RgbImage image, float[] target, int offset) {
    int area = image.width() * image.height();
    byte[] pixels = image.pixels();
    for (int c = 0; c < 3; c++) {
      float[] scaled = table(c);
      int at = offset + c * area;
      for (int i = 0; i < area; i++) {
        target[at + i] = scaled[pixels[3 * i + c] & 0xFF];
      }
    }
  }

  private float[] table(int channel) {
    float[] scaled = new float[256];
    for (int v = 0; v < 256; v++) {
      scaled[v] = (v / 255f - mean.get(channel)) / std.get(channel);
    }
    return scaled;
  }

  private static Map<String, Normalisation> constants() {
    Map<String, Normalisation> all = new LinkedHashMap<>();
    all.put("half", HALF);
    all.put("imagenet", IMAGENET);
    all.put("none", NONE);
    return all;
  }
}
