package dev.adapterx.data.image;

import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;

/** A transform of colours: pixels are not moved, so the target is unchanged. */
@FunctionalInterface
public interface Colour extends ImageTransform {
  /** Changes the image alone. */
  default <T> Transform<Sample<RgbImage, T>> together() {
    return (sample, rng) -> new Sample<>(apply(sample.input(), rng), sample.target());
  }
}
