package dev.adapterx.data.image;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Transform;

/** Turns one image into another. */
@FunctionalInterface
public interface ImageTransform extends Transform<RgbImage> {
  @Override
  RgbImage apply(RgbImage image, Rng rng);

  /** This one, then the other. */
  default ImageTransform then(ImageTransform next) {
    return (image, rng) -> next.apply(apply(image, rng), rng);
  }
}
