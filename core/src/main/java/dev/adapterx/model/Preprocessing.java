package dev.adapterx.model;

import dev.adapterx.base.ConfigException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a backbone wants to see: part of its description, saved with every adapter and compared when
 * one is loaded, because a wrong normalisation silently costs tens of points.
 *
 * @param inputSize S, pixels of the square input
 * @param cropPct S over the shorter side before the centre crop; 1 resizes straight to S × S
 * @param interpolation {@code bicubic}, {@code bilinear}, {@code lanczos} or {@code box}
 * @param mean per channel, of values in 0 … 1
 * @param std per channel
 */
public record Preprocessing(
    int inputSize, double cropPct, String interpolation, List<Double> mean, List<Double> std) {
  /** Mean and deviation a family of weights was trained with. */
  public enum Normalisation {
    /** Pixels to [-1, 1]: Google's and timm's plain ViTs. */
    HALF,
    /** ImageNet's mean and deviation: DeiT, DINO, MAE. */
    IMAGENET,
    /** Pixels to [0, 1]. */
    NONE;

    private List<Double> mean() {
      return switch (this) {
        case HALF -> List.of(0.5, 0.5, 0.5);
        case IMAGENET -> List.of(0.485, 0.456, 0.406);
        case NONE -> List.of(0.0, 0.0, 0.0);
      };
    }

    private List<Double> std() {
      return switch (this) {
        case HALF -> List.of(0.5, 0.5, 0.5);
        case IMAGENET -> List.of(0.229, 0.224, 0.225);
        case NONE -> List.of(1.0, 1.0, 1.0);
      };
    }
  }

  private static final List<String> INTERPOLATIONS =
      List.of("bicubic", "bilinear", "lanczos", "box");

  public Preprocessing {
    if (inputSize < 1) {
      throw new ConfigException("backbone.input-size must be at least 1, found " + inputSize);
    }
    if (!(cropPct > 0 && cropPct <= 1)) {
      throw new ConfigException("backbone.crop-pct must lie in (0, 1], found " + cropPct);
    }
    if (interpolation == null || !INTERPOLATIONS.contains(interpolation)) {
      throw new ConfigException(
          "interpolation must be one of "
              + String.join(", ", INTERPOLATIONS)
              + ", found "
              + interpolation);
    }
    if (!isThreeNumbers(mean) || !isThreeNumbers(std) || std.stream().anyMatch(s -> !(s > 0))) {
      throw new ConfigException(
          "normalisation needs 3 means and 3 positive deviations, found " + mean + " and " + std);
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Files have holes where no code would put them. */
  private static boolean isThreeNumbers(@Nullable List<Double> values) {
    return values != null && values.size() == 3 && values.stream().allMatch(Objects::nonNull);
  }

  /** Bicubic, by name of the normalisation. */
  public static Preprocessing of(int inputSize, double cropPct, Normalisation normalisation) {
    return new Preprocessing(
        inputSize, cropPct, "bicubic", normalisation.mean(), normalisation.std());
  }

  /** This with another normalisation. */
  public Preprocessing with(Normalisation normalisation) {
    return new Preprocessing(
        inputSize, cropPct, interpolation, normalisation.mean(), normalisation.std());
  }

  /** This with another crop. */
  public Preprocessing withCropPct(double pct) {
    return new Preprocessing(inputSize, pct, interpolation, mean, std);
  }

  /** This with another input size. */
  public Preprocessing withInputSize(int size) {
    return new Preprocessing(size, cropPct, interpolation, mean, std);
  }

  /** {@code half}, {@code imagenet}, {@code none} or the numbers: for result lines. */
  public String normalisation() {
    for (Normalisation known : Normalisation.values()) {
      if (known.mean().equals(mean) && known.std().equals(std)) {
        return known.name().toLowerCase(java.util.Locale.ROOT);
      }
    }
    return "mean " + mean + " std " + std;
  }
}
