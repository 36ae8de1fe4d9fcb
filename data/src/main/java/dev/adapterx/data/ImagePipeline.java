package dev.adapterx.data;

import dev.adapterx.data.image.ImageTransform;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an image between the file and the batch.
 *
 * @param inputSize S: every image must be S x S after {@code geometry} and {@code augment}
 * @param geometry the part that always gives the same result, for example resize and crop; its
 *     result is what is cached
 * @param augment the random part, drawn anew in every epoch; null for none
 * @param normaliser bytes to numbers
 * @param mix applied to the finished batch; null for none
 */
public record ImagePipeline(
    int inputSize,
    ImageTransform geometry,
    @Nullable ImageTransform augment,
    Normaliser normaliser,
    @Nullable BatchTransform mix) {

  /** Without anything random: for evaluation and for training without augmentation. */
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

  /** This with something done to finished batches. */
  public ImagePipeline withMix(BatchTransform other) {
    return new ImagePipeline(inputSize, geometry, augment, normaliser, other);
  }

  /** Whether every epoch gives the same pixels for an image. */
  public boolean repeats() {
    return augment == null && mix == null;
  }
}
