package dev.adapterx.data.image;

/** Operations on pixel buffers that several transforms share. */
public final class Pixels {
  private static final Fill BLACK = new Fill(0, 0, 0);

  private Pixels() {}

  /** Cuts out a rectangle that may extend beyond the edges, where it is black. */
  public static RgbImage window(RgbImage image, int left, int top, int width, int height) {
    return window(image, left, top, width, height, BLACK);
  }

  /** A rectangle that may reach over the edges, where it has a colour. */
  static RgbImage window(RgbImage image, int left, int top, int width, int height, Fill fill) {
    if (left == 0 && top == 0 && width == image.width() && height == image.height()) {
      return image;
    }
    byte[] out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    boolean inside =
        left >= 0 && top >= 0 && left + width <= image.width() && top + height <= image.height();
    if (!inside && !fill.equals(BLACK)) {
      for (int i = 0; i < out.length; i += 3) {
        out[i] = (byte) fill.red();
        out[i + 1] = (byte) fill.green();
        out[i + 2] = (byte) fill.blue();
      }
    }
    int fromX = Math.max(0, left);
    int toX = Math.min(image.width(), left + width);
    for (int y = Math.max(0, top); y < Math.min(image.height(), top + height) && fromX < toX; y++) {
      System.arraycopy(
          image.pixels(),
          3 * (y * image.width() + fromX),
          out,
          3 * ((y - top) * width + fromX - left),
          3 * (toX - fromX));
    }
    return new RgbImage(width, height, out);
  }

  static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
