package dev.adapterx.data.image.format;

import dev.adapterx.data.image.Exif;
import dev.adapterx.data.image.RgbImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/**
 * The first page of a TIFF as RGB: CMYK and premultiplied alpha, which {@link Rasters} does not
 * support, are converted as in PIL, and the page is rotated by its orientation tag.
 *
 * <p>TIFF 6.0, sections 8 (orientation), 16 (CMYK) and 18 (associated alpha).
 */
final class Tiff {
  private static final int EXTRA_SAMPLES = 0x0152;
  private static final int ASSOCIATED_ALPHA = 1;

  private Tiff() {}

  /** The page as stored. */
  static RgbImage read(ImageReader reader, byte[] content) throws IOException {
    ImageLimits.TIFF.require(reader.getWidth(0), reader.getHeight(0), content.length);
    BufferedImage page = reader.read(0);
    Raster samples = page.getRaster();
    boolean eightBits = page.getColorModel().getComponentSize(0) == 8;
    if (eightBits && samples.getNumBands() >= 4) {
      if (page.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
        return converted(samples, Tiff::inkToLight);
      }
      if (Exif.number(content, 0, content.length, EXTRA_SAMPLES) == ASSOCIATED_ALPHA) {
        return converted(samples, Tiff::divideByAlpha);
      }
    }
    return Rasters.rgb(page);
  }

  /** The page, upright. */
  static RgbImage rgb(RgbImage page, byte[] content) {
    return Exif.upright(page, Exif.orientation(content, 0, content.length));
  }

  private interface Conversion {
    int light(int sample, int fourth);
  }

  private static RgbImage converted(Raster samples, Conversion conversion) {
    int width = samples.getWidth();
    int height = samples.getHeight();
    int bands = samples.getNumBands();
    byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] row = new int[bands * width];
    for (int y = 0; y < height; y++) {
      samples.getPixels(0, y, width, 1, row);
      int at = 3 * y * width;
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int light = conversion.light(row[bands * x + c], row[bands * x + 3]);
          pixels[at + 3 * x + c] = (byte) Math.max(0, Math.min(255, light));
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private static int inkToLight(int ink, int black) {
    int white = 255 - black;
    int t = ink * white + 128;
    return white - (((t >> 8) + t) >> 8);
  }

  private static int divideByAlpha(int sample, int alpha) {
    return alpha == 0 || alpha == 255 ? sample : 255 * sample / alpha;
  }
}
