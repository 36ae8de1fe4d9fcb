package dev.adapterx.train;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A small PNG of an image, for the report. */
final class Thumbnail {
  private static final int SIDE = 96;

  private Thumbnail() {}

  static byte[] png(RgbImage image) {
    RgbImage small =
        Math.min(image.width(), image.height()) > SIDE
            ? Resize.shorterSide(SIDE, Filter.BICUBIC).apply(image, Rng.of(0, "thumbnail"))
            : image;
    BufferedImage buffered =
        new BufferedImage(small.width(), small.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < small.height(); y++) {
      for (int x = 0; x < small.width(); x++) {
        buffered.setRGB(
            x, y, (small.at(x, y, 0) << 16) | (small.at(x, y, 1) << 8) | small.at(x, y, 2));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // A stream of our own: ImageIO.write to an OutputStream would make a temporary file.
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(buffered, "png", stream);
    } catch (IOException e) {
      throw new AdapterXException("Could not encode a thumbnail: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }
}
