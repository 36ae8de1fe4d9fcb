package dev.adapterx.data.image;

import dev.adapterx.base.Rng;

/**
 * Turns one image into another; the stream is the sample's own, so the result does not depend on
 * who else is loaded.
 */
@FunctionalInterface
public interface ImageTransform {
  RgbImage apply(RgbImage image, Rng rng);

  /** This one, then the other. */
  default ImageTransform then(ImageTransform next) {
    return (image, rng) -> next.apply(apply(image, rng), rng);
  }
}
