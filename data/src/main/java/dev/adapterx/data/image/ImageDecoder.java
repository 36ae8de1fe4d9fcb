package dev.adapterx.data.image;

import dev.adapterx.base.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Reads an image file into RGB. */
public final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @param exifOrientation turn the picture as its EXIF tag says; off in the reference
   *     implementations
   * @throws DataException naming the file when it is missing, broken or of an unknown format
   */
  public static RgbImage decode(Path file, boolean exifOrientation) {
    try {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image == null) {
        throw new DataException(file + " is not an image in a known format");
      }
      int width = image.getWidth();
      int height = image.getHeight();
      int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
      byte[] pixels = new byte[3 * argb.length];
      for (int i = 0; i < argb.length; i++) {
        pixels[3 * i] = (byte) (argb[i] >> 16);
        pixels[3 * i + 1] = (byte) (argb[i] >> 8);
        pixels[3 * i + 2] = (byte) argb[i];
      }
      return new RgbImage(width, height, pixels);
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + e.getMessage(), e);
    }
  }
}
