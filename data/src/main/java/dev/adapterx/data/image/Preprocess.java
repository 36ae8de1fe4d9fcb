package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;

/**
 * The input that a backbone expects in evaluation: its size, how images are resized to it, and the
 * scaling of pixels.
 *
 * @param inputSize side of the square input, in pixels
 * @param cropPct the share of the resized sides that the crop keeps, in (0, 1]
 */
public record Preprocess(
    int inputSize, Mode mode, double cropPct, Filter filter, Normalisation normalisation) {
  /** How an image becomes a square. */
  public enum Mode {
    /**
     * Both sides are resized to {@code ⌊inputSize / cropPct⌋}, then the centre is cropped; the
     * aspect ratio may change. timm's {@code squash}.
     */
    DIRECT,
    /**
     * The shorter side is resized to {@code ⌊inputSize / cropPct⌋}, as in timm; then the centre is
     * cropped.
     */
    CROP
  }

  public Preprocess {
    if (inputSize < 1) {
      throw new ConfigException("preprocess: input size must be at least 1, found " + inputSize);
    }
    if (!(cropPct > 0 && cropPct <= 1)) {
      throw new ConfigException("preprocess: crop pct must be in (0, 1], found " + cropPct);
    }
  }

  /** The usual input for VTAB: squashed to a square by the bicubic filter. */
  public static Preprocess direct(int inputSize, Normalisation normalisation) {
    return new Preprocess(inputSize, Mode.DIRECT, 1, Filter.BICUBIC, normalisation);
  }

  /** Transforms any image to {@code inputSize x inputSize}; draws nothing from the stream. */
  public Geometry geometry() {
    int resized = (int) Math.floor(inputSize / cropPct);
    Resize resize =
        mode == Mode.DIRECT
            ? Resize.to(resized, resized, filter)
            : Resize.shorterSide(resized, filter);
    return resized == inputSize && mode == Mode.DIRECT
        ? resize
        : resize.then(new CenterCrop(inputSize));
  }

  /** The number of floats of one image: {@code 3 · inputSize²}. */
  public int length() {
    return 3 * inputSize * inputSize;
  }

  /** An image of the input size as (3, H, W), normalised. */
  public float[] normalise(RgbImage image) {
    float[] values = new float[length()];
    normalise(image, values, 0);
    return values;
  }

  /**
   * Writes an image of the input size as (3, H, W), normalised, into a batch.
   *
   * @throws DataException if the image has another size
   */
  public void normalise(RgbImage image, float[] target, int offset) {
    if (image.width() != inputSize || image.height() != inputSize) {
      throw new DataException(
          "The backbone takes images of "
              + inputSize
              + " x "
              + inputSize
              + " pixels, found "
              + image.width()
              + " x "
              + image.height()
              + "; apply geometry() first");
    }
    normalisation.write(image, target, offset);
  }
}
