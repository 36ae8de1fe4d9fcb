package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Converts stored samples to RGB without a colour engine, which would apply a gamma curve to grey
 * images. Palettes are looked up, grey is repeated, alpha is dropped, of 16 bits the high byte is
 * kept.
 */
final class Rasters {
  private Rasters() {}

  /** The samples themselves if stored as red, green, blue of each pixel; else null. */
  static byte @Nullable [] interleaved(Raster raster) {
    boolean whole =
        raster.getSampleModelTranslateX() == 0
            && raster.getSampleModelTranslateY() == 0
            && raster.getDataBuffer() instanceof DataBufferByte
            && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
            && model.getPixelStride() == 3
            && model.getScanlineStride() == 3 * raster.getWidth()
            && Arrays.equals(model.getBandOffsets(), new int[] {0, 1, 2});
    if (!whole || !(raster.getDataBuffer() instanceof DataBufferByte buffer)) {
      return null;
    }
    boolean exact =
        buffer.getOffset() == 0
            && buffer.getNumBanks() == 1
            && buffer.getSize() == 3 * raster.getWidth() * raster.getHeight();
    return exact ? buffer.getData() : null;
  }

  static RgbImage rgb(BufferedImage image) {
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    byte[] stored = model.getComponentSize(0) == 8 ? interleaved(raster) : null;
    if (stored != null) {
      return new RgbImage(image.getWidth(), image.getHeight(), stored);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    RowReader reader = reader(raster, model);
    for (int y = 0; y < height; y++) {
      reader.read(y, pixels, 3 * y * width);
    }
    return new RgbImage(width, height, pixels);
  }

  private interface RowReader {
    void read(int y, byte[] rgb, int at);
  }

  private static RowReader reader(Raster raster, ColorModel model) {
    int width = raster.getWidth();
    if (model instanceof IndexColorModel palette) {
      return palette(raster, palette, width);
    } else if (model instanceof DirectColorModel masks) {
      return packed(raster, masks, width);
    }
    int bands = raster.getNumBands();
    int step = bands < 3 ? 0 : 1; // grey, with or without alpha, repeats its one band
    int type = raster.getTransferType();
    if (type == DataBuffer.TYPE_BYTE && model.getComponentSize(0) == 8) {
      byte[] row = new byte[bands * width];
      return (y, rgb, at) -> {
        raster.getDataElements(0, y, width, 1, row);
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            rgb[at + 3 * x + c] = row[bands * x + step * c];
          }
        }
      };
    } else if (type == DataBuffer.TYPE_USHORT && model.getComponentSize(0) == 16) {
      short[] row = new short[bands * width];
      return (y, rgb, at) -> {
        raster.getDataElements(0, y, width, 1, row);
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            rgb[at + 3 * x + c] = (byte) (row[bands * x + step * c] >> 8);
          }
        }
      };
    }
    throw new DataException(
        "its samples have %d bits; save it with 8 or 16 bits, or as PNG"
            .formatted(model.getComponentSize(0)));
  }

  private static RowReader palette(Raster raster, IndexColorModel palette, int width) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int[] row = new int[width];
    return (y, rgb, at) -> {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        int colour = row[x] < colours.length ? colours[row[x]] : 0;
        rgb[at + 3 * x] = (byte) (colour >> 16);
        rgb[at + 3 * x + 1] = (byte) (colour >> 8);
        rgb[at + 3 * x + 2] = (byte) colour;
      }
    };
  }

  /** Bit fields in one integer; getPixels unpacks them, and they remain to be scaled to 255. */
  private static RowReader packed(Raster raster, DirectColorModel model, int width) {
    int bands = raster.getNumBands();
    int[] most = new int[3];
    for (int c = 0; c < 3; c++) {
      most[c] = (1 << model.getComponentSize(c)) - 1;
    }
    int[] row = new int[bands * width];
    return (y, rgb, at) -> {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[at + 3 * x + c] = (byte) (row[bands * x + c] * 255 / most[c]);
        }
      }
    };
  }
}
