package dev.adapterx.data.image;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;

/**
 * A geometric transform: draws a {@link Warp} for images of a size. By itself it transforms images;
 * {@link #together} transforms their targets too.
 */
public interface Geometry extends ImageTransform {
  /**
   * Draws a warp.
   *
   * @param width of the image
   * @param height of the image
   */
  Warp draw(int width, int height, Rng rng);

  @Override
  default RgbImage apply(RgbImage image, Rng rng) {
    return draw(image.width(), image.height(), rng).of(image);
  }

  /** This one, then the other. */
  default Geometry then(Geometry next) {
    return (width, height, rng) -> {
      Warp first = draw(width, height, rng);
      return first.then(next.draw(first.width(), first.height(), rng));
    };
  }

  /** Applies the same warp to the image and to its target. */
  default <T extends Warp.Movable<T>> Transform<Sample<RgbImage, T>> together() {
    return (sample, rng) -> {
      Warp warp = draw(sample.input().width(), sample.input().height(), rng);
      return new Sample<>(warp.of(sample.input()), sample.target().warped(warp));
    };
  }
}
