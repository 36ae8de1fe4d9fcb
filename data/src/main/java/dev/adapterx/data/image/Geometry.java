package dev.adapterx.data.image;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;

/**
 * A geometric transform: draws a {@link Warp} for pictures of a size. Alone it changes pictures;
 * {@link #together} moves what is to be learned of them along.
 */
public interface Geometry extends ImageTransform {
  /**
   * Draws a change.
   *
   * @param width of the picture
   * @param height of the picture
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

  /** The same change of the picture and of what is to be learned of it. */
  default <T extends Warp.Movable<T>> Transform<Sample<RgbImage, T>> together() {
    return (sample, rng) -> {
      Warp warp = draw(sample.input().width(), sample.input().height(), rng);
      return new Sample<>(warp.of(sample.input()), sample.target().warped(warp));
    };
  }
}
