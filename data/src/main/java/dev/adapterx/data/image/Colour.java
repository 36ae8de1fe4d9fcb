package dev.adapterx.data.image;

import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;

/** A transform of colours: every pixel stays where it is, and so does what is to be learned. */
@FunctionalInterface
public interface Colour extends ImageTransform {
  /** Changes the picture alone. */
  default <T> Transform<Sample<RgbImage, T>> together() {
    return (sample, rng) -> new Sample<>(apply(sample.input(), rng), sample.target());
  }
}
