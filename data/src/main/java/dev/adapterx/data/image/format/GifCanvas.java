package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;

/**
 * The position of a GIF's first frame on its screen: the frame may be smaller; the rest then has
 * the transparent colour, or without one the palette's first, as in PIL. Viewers ignore the
 * header's background colour, which may be outside the palette.
 */
record GifCanvas(int width, int height, int left, int top, int background) {
  private static final int IMAGE = 0x2C;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xF9;

  static GifCanvas of(byte[] gif) {
    int width = u16(gif, 6);
    int height = u16(gif, 8);
    int flags = u8(gif, 10);
    boolean globalPalette = (flags & 0x80) != 0;
    int at = 13 + (globalPalette ? 3 << ((flags & 7) + 1) : 0);
    int index = 0;
    while (u8(gif, at) == EXTENSION) {
      if (u8(gif, at + 1) == GRAPHIC_CONTROL && (u8(gif, at + 3) & 1) != 0) {
        index = u8(gif, at + 6);
      }
      at += 2;
      while (u8(gif, at) != 0) {
        at += 1 + u8(gif, at);
      }
      at++;
    }
    if (u8(gif, at) != IMAGE) {
      throw new DataException("it is damaged: no frame where one should be");
    }
    int localFlags = u8(gif, at + 9);
    boolean localPalette = (localFlags & 0x80) != 0;
    int size = localPalette ? 2 << (localFlags & 7) : globalPalette ? 2 << (flags & 7) : 0;
    int colour = (localPalette ? at + 10 : 13) + 3 * index;
    int background =
        index < size
            ? u8(gif, colour) << 16 | u8(gif, colour + 1) << 8 | u8(gif, colour + 2)
            : 0x010101 * index; // PIL fills up palettes with grey
    ImageLimits.require(Math.max(1, width), Math.max(1, height));
    return new GifCanvas(width, height, u16(gif, at + 1), u16(gif, at + 3), background);
  }

  RgbImage place(RgbImage image) {
    if (left == 0 && top == 0 && image.width() >= width && image.height() >= height) {
      return image;
    }
    int w = Math.max(width, left + image.width());
    int h = Math.max(height, top + image.height());
    ImageLimits.require(w, h);
    byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(w, h))];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) (background >> 16);
      pixels[i + 1] = (byte) (background >> 8);
      pixels[i + 2] = (byte) background;
    }
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(
          image.pixels(),
          3 * y * image.width(),
          pixels,
          3 * ((top + y) * w + left),
          3 * image.width());
    }
    return new RgbImage(w, h, pixels);
  }

  private static int u8(byte[] gif, int at) {
    if (at >= gif.length) {
      throw new DataException("it is truncated");
    }
    return gif[at] & 0xFF;
  }

  private static int u16(byte[] gif, int at) {
    return u8(gif, at) | u8(gif, at + 1) << 8;
  }
}
