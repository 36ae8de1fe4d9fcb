package dev.adapterx.train;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.PngFile;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;

/** A small PNG of an image, for the report. */
final class Thumbnail {
  private static final int SIDE = 96;

  private Thumbnail() {}

  static byte[] png(RgbImage image) {
    boolean large = Math.min(image.width(), image.height()) > SIDE;
    return PngFile.bytes(
        large
            ? Resize.shorterSide(SIDE, Filter.BICUBIC).apply(image, Rng.of(0, "thumbnail"))
            : image);
  }
}
