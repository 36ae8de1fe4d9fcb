package dev.adapterx.data.image;

import dev.adapterx.base.Rng;

/** Mirrors left and right with a probability. */
public record HorizontalFlip(double probability) implements ImageTransform {
  public HorizontalFlip {
    Settings.probability("horizontal flip: probability", probability);
  }

  @Override
  public RgbImage apply(RgbImage image, Rng rng) {
    return rng.nextDouble() < probability ? Exif.upright(image, 2) : image;
  }
}
