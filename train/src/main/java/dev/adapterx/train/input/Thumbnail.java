package dev.adapterx.train.input;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;

/** A small PNG of an image, for the report. */
final class Thumbnail {
  /** Of the shorter side. */
  static final int SIDE = 96;

  /** Where patches lie over it. */
  static final int LARGE = 144;

  private Thumbnail() {}

  /** At most so large; not enlarged. */
  static byte[] png(RgbImage image, int side) {
    boolean large = Math.min(image.width(), image.height()) > side;
    return PngFile.bytes(
        large
            ? Resize.shorterSide(side, Filter.BICUBIC).apply(image, Rng.of(0, "thumbnail"))
            : image);
  }
}
