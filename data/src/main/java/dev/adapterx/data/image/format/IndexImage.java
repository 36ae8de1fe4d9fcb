package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A picture as the numbers that lie in its file, where they mean something: classes of pixels.
 * Palettes are not looked up, grey is not stretched to 8 bits.
 *
 * @param kind what the numbers are
 * @param values row by row; not copied
 * @param palette colours by index as 0xRRGGBB; empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // a pixel buffer; compared by content nowhere
public record IndexImage(int width, int height, Kind kind, int[] values, int[] palette) {
  /** What the numbers of a picture are. */
  public enum Kind {
    /** Shades of grey, of 1 to 16 bits. */
    GREY,
    /** Places in a palette. */
    PALETTE,
    /** Colours, 0xRRGGBB. */
    COLOUR
  }

  private static final int BYTE = 8;

  /**
   * Reads a file. Colours that are all grey are given as shades of grey.
   *
   * @throws DataException naming the file when it cannot be read, or is of a format that does not
   *     keep every pixel's value
   */
  public static IndexImage read(Path file) {
    byte[] content = ImageDecoder.content(file);
    ImageFormat format = ImageFormat.of(content).orElse(ImageFormat.BMP);
    if (format == ImageFormat.JPEG || format == ImageFormat.WEBP) {
      throw new DataException(
          file
              + " is a "
              + format
              + " file, which does not keep the value of every pixel; save masks as PNG");
    }
    if (format != ImageFormat.PNG) {
      return of(ImageDecoder.decode(content, file.toString(), false));
    }
    try {
      Png png = new Png(content);
      BufferedImage[] stored = new BufferedImage[1];
      RgbImage colours =
          ImageDecoder.read(
              format,
              png.plain(),
              reader -> {
                stored[0] = reader.read(0);
                return Rasters.rgb(stored[0]);
              });
      return of(stored[0], colours);
    } catch (DataException e) {
      throw new DataException("Could not read mask " + file + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      // The readers throw any exception on hostile input.
      throw new DataException(
          "Could not read mask " + file + ": it is damaged (" + Reason.of(e) + ")", e);
    }
  }

  private static IndexImage of(BufferedImage image, RgbImage colours) {
    Raster raster = image.getRaster();
    if (raster.getNumBands() > 2) { // with one more for alpha grey has two
      return of(colours);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    int[] values =
        raster.getSamples(
            raster.getMinX(), raster.getMinY(), width, height, 0, new int[width * height]);
    boolean indexed = image.getColorModel() instanceof IndexColorModel model && !isGreyRamp(model);
    return new IndexImage(
        width,
        height,
        indexed ? Kind.PALETTE : Kind.GREY,
        values,
        indexed ? palette((IndexColorModel) image.getColorModel()) : new int[0]);
  }

  /** As the JDK gives grey of 1, 2 and 4 bits: a palette from black to white in even steps. */
  private static boolean isGreyRamp(IndexColorModel model) {
    int size = model.getMapSize();
    for (int i = 0; i < size; i++) {
      int even = size < 2 ? 0 : i * 255 / (size - 1);
      if (model.getRed(i) != even || model.getGreen(i) != even || model.getBlue(i) != even) {
        return false;
      }
    }
    return true;
  }

  private static int[] palette(IndexColorModel model) {
    int[] palette = new int[model.getMapSize()];
    Arrays.setAll(palette, i -> model.getRGB(i) & 0xFFFFFF);
    return palette;
  }

  private static IndexImage of(RgbImage image) {
    byte[] rgb = image.pixels();
    int[] values = new int[image.width() * image.height()];
    boolean grey = true;
    for (int i = 0; i < values.length; i++) {
      int red = rgb[3 * i] & 0xFF;
      int green = rgb[3 * i + 1] & 0xFF;
      int blue = rgb[3 * i + 2] & 0xFF;
      grey &= red == green && green == blue;
      values[i] = (red << (2 * BYTE)) | (green << BYTE) | blue;
    }
    if (grey) {
      for (int i = 0; i < values.length; i++) {
        values[i] &= 0xFF;
      }
    }
    return new IndexImage(
        image.width(), image.height(), grey ? Kind.GREY : Kind.COLOUR, values, new int[0]);
  }

  /** The colour of a value, 0xRRGGBB. */
  public int colour(int value) {
    return switch (kind) {
      case COLOUR -> value;
      case PALETTE -> value < palette.length ? palette[value] : 0;
      case GREY -> (value << (2 * BYTE)) | (value << BYTE) | value;
    };
  }
}
