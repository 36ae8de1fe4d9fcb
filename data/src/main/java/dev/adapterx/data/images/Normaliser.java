package dev.adapterx.data.images;

import dev.adapterx.data.image.RgbImage;

/** Turns bytes into the numbers a backbone was trained on. */
@FunctionalInterface
public interface Normaliser {
  /** Writes the image as (3, height, width) into {@code into}, beginning at {@code offset}. */
  void normalise(RgbImage image, float[] into, int offset);
}
