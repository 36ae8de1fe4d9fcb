package dev.adapterx.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The orientation tag (0x0112) of an EXIF block or TIFF, and rotating an image by it.
 *
 * <p>CIPA DC-008, Exif 2.32, section 4.6.4: 1 as is, 2 mirrored, 3 turned by 180°, 4 flipped, 5
 * transposed, 6 turned by 90° clockwise to be upright, 7 transverse, 8 turned by 90°
 * counter-clockwise.
 */
public final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /** The orientation 1 … 8 in a TIFF block at {@code from}; 1 where it is absent or damaged. */
  public static int orientation(byte[] content, int from, int length) {
    int value = number(content, from, length, ORIENTATION);
    return value >= 1 && value <= 8 ? value : 1;
  }

  /** A 16-bit number in the first directory of a TIFF block; -1 where it is absent or damaged. */
  public static int number(byte[] content, int from, int length, int tag) {
    if (from < 0 || length < 8 || from + (long) length > content.length) {
      return -1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(content, from, length).slice();
    if (tiff.get(0) == 'I' && tiff.get(1) == 'I') {
      tiff.order(ByteOrder.LITTLE_ENDIAN);
    } else if (tiff.get(0) != 'M' || tiff.get(1) != 'M') {
      return -1;
    }
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > length - 2) {
      return -1;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2L + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > length) {
        return -1;
      }
      int at = (int) entry;
      if ((tiff.getShort(at) & 0xFFFF) == tag && tiff.getShort(at + 2) == SHORT) {
        return tiff.getShort(at + 8) & 0xFFFF;
      }
    }
    return -1;
  }

  /** The image, upright. */
  public static RgbImage upright(RgbImage image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    int w = image.width();
    int h = image.height();
    boolean swapped = orientation >= 5;
    int outW = swapped ? h : w;
    int outH = swapped ? w : h;
    byte[] from = image.pixels();
    byte[] out = new byte[from.length];
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int sx =
            switch (orientation) {
              case 2, 3 -> w - 1 - x;
              case 5, 6 -> y;
              case 7, 8 -> w - 1 - y;
              default -> x;
            };
        int sy =
            switch (orientation) {
              case 3, 4 -> h - 1 - y;
              case 5, 8 -> x;
              case 6, 7 -> h - 1 - x;
              default -> y;
            };
        System.arraycopy(from, 3 * (sy * w + sx), out, 3 * (y * outW + x), 3);
      }
    }
    return new RgbImage(outW, outH, out);
  }
}
