package dev.adapterx.data.image;

import dev.adapterx.base.DataException;

/**
 * Eight-bit pixels in memory.
 *
 * @param pixels red, green, blue of each pixel, row by row: {@code pixels[(y * width + x) * 3 +
 *     channel]}; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a pixel buffer; compared by content nowhere
public record RgbImage(int width, int height, byte[] pixels) {
  public RgbImage {
    if (width < 1 || height < 1 || pixels.length != 3L * width * height) {
      throw new DataException(
          "An image of "
              + width
              + " x "
              + height
              + " pixels needs "
              + 3L * width * height
              + " bytes, found "
              + pixels.length);
    }
  }

  /** One channel of one pixel, 0 … 255. */
  public int at(int x, int y, int channel) {
    return pixels[(y * width + x) * 3 + channel] & 0xFF;
  }
}
