package dev.adapterx.dense.picture;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.ClassMask;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Masks as pictures and as files.
 *
 * @param colours of the classes, 0xRRGGBB; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a table of colours; compared nowhere
public record MaskPainter(int[] colours) {
  private static final int BYTE = 255;
  private static final int PALETTE = 256;
  private static final int IGNORED = 0xFFFFFF;

  /** Every pixel in its class's colour; those without a class are white. */
  public RgbImage painted(ClassMask mask) {
    byte[] pixels = new byte[3 * mask.classes().length];
    for (int i = 0; i < mask.classes().length; i++) {
      set(pixels, i, colour(mask.classes()[i]));
    }
    return new RgbImage(mask.width(), mask.height(), pixels);
  }

  private int colour(short found) {
    return found == ClassMask.IGNORED ? IGNORED : colours[found];
  }

  private static void set(byte[] pixels, int i, int colour) {
    pixels[3 * i] = (byte) (colour >> 16);
    pixels[3 * i + 1] = (byte) (colour >> 8);
    pixels[3 * i + 2] = (byte) colour;
  }

  /**
   * The picture under its mask: each pixel is half of its own colour and half of its class's; where
   * two classes meet there is a line of white, one pixel wide.
   */
  public RgbImage over(RgbImage picture, ClassMask mask) {
    byte[] pixels = picture.pixels().clone();
    int width = mask.width();
    for (int i = 0; i < mask.classes().length; i++) {
      int found = mask.classes()[i];
      boolean edge =
          ((i + 1) % width != 0 && mask.classes()[i + 1] != found)
              || (i + width < mask.classes().length && mask.classes()[i + width] != found);
      if (edge) {
        set(pixels, i, IGNORED);
      } else if (found != ClassMask.IGNORED) {
        int colour = colours[found];
        pixels[3 * i] = half(pixels[3 * i], colour >> 16);
        pixels[3 * i + 1] = half(pixels[3 * i + 1], colour >> 8);
        pixels[3 * i + 2] = half(pixels[3 * i + 2], colour);
      }
    }
    return new RgbImage(picture.width(), picture.height(), pixels);
  }

  private static byte half(byte own, int colour) {
    return (byte) (((own & BYTE) + (colour & BYTE) + 1) / 2);
  }

  /**
   * Writes the classes themselves as a PNG: places in a palette of up to 256 colours, above that
   * grey of 16 bits.
   *
   * @param mask without ignored pixels
   */
  public void writeIndices(Path file, ClassMask mask) {
    byte[] bytes = indices(mask);
    WholeFile.write(file, out -> out.write(bytes));
  }

  /** The bytes of the file that {@link #writeIndices} writes. */
  public byte[] indices(ClassMask mask) {
    return png(colours.length <= PALETTE ? indexed() : grey(mask), mask);
  }

  private interface Canvas {
    BufferedImage of(int width, int height);
  }

  private Canvas indexed() {
    byte[][] channels = new byte[3][colours.length];
    for (int c = 0; c < colours.length; c++) {
      channels[0][c] = (byte) (colours[c] >> 16);
      channels[1][c] = (byte) (colours[c] >> 8);
      channels[2][c] = (byte) colours[c];
    }
    IndexColorModel model =
        new IndexColorModel(8, colours.length, channels[0], channels[1], channels[2]);
    return (width, height) ->
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
  }

  private static Canvas grey(ClassMask mask) {
    return (width, height) ->
        new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_USHORT_GRAY);
  }

  private static byte[] png(Canvas canvas, ClassMask mask) {
    BufferedImage image = canvas.of(mask.width(), mask.height());
    int[] values = new int[mask.classes().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = mask.classes()[i];
    }
    image.getRaster().setSamples(0, 0, mask.width(), mask.height(), 0, values);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IOException("this Java has no PNG writer");
      }
    } catch (IOException e) {
      throw new AdapterXException("Could not encode a PNG: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }
}
