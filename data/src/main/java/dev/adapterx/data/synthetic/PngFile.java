package dev.adapterx.data.synthetic;

import dev.adapterx.base.WholeFile;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes images as PNG: pixels are kept exactly, the compressed bytes may differ between JDKs. */
final class PngFile {
  private PngFile() {}

  static void write(Path file, RgbImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = (image.at(x, y, 0) << 16) | (image.at(x, y, 1) << 8) | image.at(x, y, 2);
        buffered.setRGB(x, y, rgb);
      }
    }
    WholeFile.write(
        file,
        out -> {
          // A stream of our own: ImageIO.write(…, OutputStream) would make a temporary file.
          try (var stream = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(buffered, "png", stream)) {
              throw new IOException("this Java has no PNG writer");
            }
          }
        });
  }
}
