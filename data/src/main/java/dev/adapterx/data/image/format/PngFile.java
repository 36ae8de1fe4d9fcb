package dev.adapterx.data.image.format;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as PNG: pixels are kept exactly, the compressed bytes may differ between JDKs. */
public final class PngFile {
  private PngFile() {}

  /** Writes the file, whole or not at all. */
  public static void write(Path file, RgbImage image) {
    byte[] encoded = bytes(image);
    WholeFile.write(file, out -> out.write(encoded));
  }

  /** The file's content. */
  public static byte[] bytes(RgbImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = (image.at(x, y, 0) << 16) | (image.at(x, y, 1) << 8) | image.at(x, y, 2);
        buffered.setRGB(x, y, rgb);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Our own stream: ImageIO.write(…, OutputStream) would create a temporary file.
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(buffered, "png", stream)) {
        throw new IOException("this Java has no PNG writer");
      }
    } catch (IOException e) {
      throw new AdapterXException("Could not encode a PNG: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }
}
