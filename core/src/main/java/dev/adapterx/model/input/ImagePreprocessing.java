package dev.adapterx.model.input;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How images are prepared for a backbone.
 *
 * @param inputSize S, pixels of the square input
 * @param cropPct S over the size before the centre crop, in (0, 1]
 * @param interpolation {@code bicubic}, {@code bilinear}, {@code lanczos} or {@code box}
 * @param mean per channel, of values in 0 … 1
 * @param std per channel
 * @param crop how an image becomes square; missing in the files of old adapters, where a {@code
 *     cropPct} of 1 squashes
 */
public record ImagePreprocessing(
    int inputSize,
    double cropPct,
    String interpolation,
    List<Double> mean,
    List<Double> std,
    Crop crop)
    implements Preprocessing {
  /** How an image becomes square, with R = ⌊S / cropPct⌋. */
  public enum Crop {
    /** The shorter side to R, then the middle S × S: what is beside it is lost. */
    CENTER,
    /** Both sides to R, then the middle S × S: the aspect ratio changes. */
    SQUASH;

    private static Crop usual(double cropPct) {
      return cropPct == 1 ? SQUASH : CENTER;
    }
  }

  private static final List<String> INTERPOLATIONS =
      List.of("bicubic", "bilinear", "lanczos", "box");

  public ImagePreprocessing {
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
    crop = crop == null ? Crop.usual(cropPct) : crop;
  }

  /** Squashed by a {@code cropPct} of 1, else cropped. */
  public ImagePreprocessing(
      int inputSize, double cropPct, String interpolation, List<Double> mean, List<Double> std) {
    this(inputSize, cropPct, interpolation, mean, std, Crop.usual(cropPct));
  }

  /** Values read from files may be missing. */
  private static boolean isThreeNumbers(@Nullable List<Double> values) {
    return values != null && values.size() == 3 && values.stream().allMatch(Objects::nonNull);
  }

  /** Bicubic, by name of the normalisation. */
  public static ImagePreprocessing of(int inputSize, double cropPct, Normalisation normalisation) {
    return new ImagePreprocessing(
        inputSize, cropPct, "bicubic", normalisation.mean(), normalisation.std());
  }

  /** This with another normalisation. */
  public ImagePreprocessing with(Normalisation normalisation) {
    return new ImagePreprocessing(
        inputSize, cropPct, interpolation, normalisation.mean(), normalisation.std(), crop);
  }

  /** This with another share: 1 squashes, less crops. */
  public ImagePreprocessing withCropPct(double pct) {
    return new ImagePreprocessing(inputSize, pct, interpolation, mean, std);
  }

  /** This with another way to a square. */
  public ImagePreprocessing with(Crop other) {
    return new ImagePreprocessing(inputSize, cropPct, interpolation, mean, std, other);
  }

  /** This with another input size. */
  public ImagePreprocessing withInputSize(int size) {
    return new ImagePreprocessing(size, cropPct, interpolation, mean, std, crop);
  }

  /** (3, S, S). */
  @Override
  public long[] inputShape() {
    return new long[] {3, inputSize, inputSize};
  }

  @Override
  public void requireInput(Tensor images) {
    if (images.dim() != 4
        || images.size(1) != 3
        || images.size(2) != inputSize
        || images.size(3) != inputSize) {
      throw new AdapterXException(
          "patch_embed: expected images of shape "
              + Tensors.shape(images.size(0), 3, inputSize, inputSize)
              + ", found "
              + Tensors.shape(images.shape())
              + "; resize the images, or load the backbone with input-size "
              + images.size(images.dim() - 1));
    }
  }

  @Override
  public String normalisation() {
    for (Normalisation known : Normalisation.OF_PICTURES) {
      if (known.mean().equals(mean) && known.std().equals(std)) {
        return known.text();
      }
    }
    return "mean " + mean + " std " + std;
  }

  /** In words, for messages and reports. */
  @Override
  public String toString() {
    return inputSize
        + " x "
        + inputSize
        + " pixels, crop-pct "
        + cropPct
        + ", "
        + interpolation
        + ", normalisation "
        + normalisation();
  }
}
