package dev.adapterx.data.images;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.ImageTransform;
import dev.adapterx.data.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * The steps from an image file to a row of a batch.
 *
 * @param inputSize S: every image must be S x S after {@code geometry} and {@code augment}
 * @param geometry the deterministic part, for example resize and crop; its result is cached
 * @param augment the random part, drawn anew in every epoch; null for none
 * @param normaliser bytes to numbers
 * @param mix applied to the finished batch; null for none
 */
public record ImagePipeline(
    int inputSize,
    ImageTransform geometry,
    @Nullable ImageTransform augment,
    Normaliser normaliser,
    @Nullable BatchTransform mix)
    implements Pipeline<RgbImage> {
  private static final int LARGEST = 1 << 14;

  public ImagePipeline {
    if (inputSize < 1 || inputSize > LARGEST) {
      throw new ConfigException(
          "input size: expected 1 to " + LARGEST + " pixels, found " + inputSize);
    }
  }

  /** Without a random part: for evaluation and for training without augmentation. */
  public static ImagePipeline plain(int inputSize, ImageTransform geometry, Normaliser normaliser) {
    return new ImagePipeline(inputSize, geometry, null, normaliser, null);
  }

  /** This with another deterministic part. */
  public ImagePipeline withGeometry(ImageTransform other) {
    return new ImagePipeline(inputSize, other, augment, normaliser, mix);
  }

  /** This with another random part. */
  public ImagePipeline withAugment(ImageTransform other) {
    return new ImagePipeline(inputSize, geometry, other, normaliser, mix);
  }

  /** This with a transform of finished batches. */
  public ImagePipeline withMix(BatchTransform other) {
    return new ImagePipeline(inputSize, geometry, augment, normaliser, other);
  }

  @Override
  public int values() {
    return 3 * inputSize * inputSize;
  }

  @Override
  public void requireFinished(RgbImage image, String where) {
    if (image.width() != inputSize || image.height() != inputSize) {
      throw new DataException(
          where
              + " is "
              + size(image)
              + " after all transforms, but the backbone takes "
              + inputSize
              + " x "
              + inputSize
              + ": add a resize or a crop to "
              + inputSize
              + " as the last step");
    }
  }

  @Override
  public void write(RgbImage image, float[] into, int offset) {
    normaliser.normalise(image, into, offset);
  }

  @Override
  public String size(RgbImage image) {
    return image.width() + " x " + image.height() + " pixels";
  }

  @Override
  public long bytes(RgbImage image) {
    return image.pixels().length;
  }
}
