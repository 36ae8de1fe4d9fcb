package dev.adapterx.data.image;

import java.util.function.IntUnaryOperator;

/** Pixel-wise changes of colour, with PIL's arithmetic. */
final class Tones {
  private Tones() {}

  /** From black (0) over the image (1) to brighter. */
  static RgbImage brightness(RgbImage image, double factor) {
    return blend(new byte[image.pixels().length], image, factor);
  }

  /** From a flat grey of the mean luma (0) over the image (1) to starker. */
  static RgbImage contrast(RgbImage image, double factor) {
    byte[] pixels = image.pixels();
    long sum = 0;
    for (int i = 0; i < pixels.length; i += 3) {
      sum += luma(pixels, i);
    }
    byte[] flat = new byte[pixels.length];
    java.util.Arrays.fill(flat, (byte) (int) (sum / (pixels.length / 3.0) + 0.5));
    return blend(flat, image, factor);
  }

  /** From grey (0) over the image (1) to more colourful; also called saturation. */
  static RgbImage color(RgbImage image, double factor) {
    byte[] pixels = image.pixels();
    byte[] grey = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i += 3) {
      grey[i] = (byte) luma(pixels, i);
      grey[i + 1] = grey[i];
      grey[i + 2] = grey[i];
    }
    return blend(grey, image, factor);
  }

  /** From smoothed (0) over the image (1) to sharpened. */
  static RgbImage sharpness(RgbImage image, double factor) {
    return blend(smooth(image), image, factor);
  }

  /** Stretches each channel to 0 … 255. */
  static RgbImage autoContrast(RgbImage image) {
    return perChannel(
        image,
        histogram -> {
          int low = 0;
          while (histogram[low] == 0) {
            low++;
          }
          int high = 255;
          while (histogram[high] == 0) {
            high--;
          }
          if (high <= low) {
            return v -> v;
          }
          double scale = 255.0 / (high - low);
          double offset = -low * scale;
          return v -> (int) (v * scale + offset);
        });
  }

  /** Spreads each channel's values so that all are about equally frequent. */
  static RgbImage equalize(RgbImage image) {
    return perChannel(image, Tones::equalizing);
  }

  private static IntUnaryOperator equalizing(int[] histogram) {
    int total = 0;
    int last = 0;
    for (int count : histogram) {
      total += count;
      last = count > 0 ? count : last;
    }
    int step = (total - last) / 255;
    if (step == 0) {
      return v -> v;
    }
    int[] table = new int[256];
    int seen = step / 2;
    for (int v = 0; v < 256; v++) {
      table[v] = seen / step;
      seen += histogram[v];
    }
    return v -> table[v];
  }

  static RgbImage invert(RgbImage image) {
    return each(image, v -> 255 - v);
  }

  /** Keeps the upper {@code bits} of each value. */
  static RgbImage posterize(RgbImage image, int bits) {
    int mask = -(1 << (8 - bits));
    return each(image, v -> v & mask);
  }

  /** Inverts values from the threshold on. */
  static RgbImage solarize(RgbImage image, int threshold) {
    return each(image, v -> v < threshold ? v : 255 - v);
  }

  /** Brightens values below 128. */
  static RgbImage solarizeAdd(RgbImage image, int add) {
    return each(image, v -> v < 128 ? v + add : v);
  }

  /** ITU-R 601 luma in 16-bit fixed point. */
  private static int luma(byte[] p, int i) {
    return (19595 * (p[i] & 0xFF) + 38470 * (p[i + 1] & 0xFF) + 7471 * (p[i + 2] & 0xFF) + 0x8000)
        >> 16;
  }

  /** {@code from + factor · (image - from)} in float, truncated, not rounded. */
  private static RgbImage blend(byte[] from, RgbImage image, double factor) {
    if (factor == 1) {
      return image;
    }
    float alpha = (float) factor;
    byte[] pixels = image.pixels();
    byte[] out = new byte[pixels.length];
    for (int i = 0; i < out.length; i++) {
      int a = from[i] & 0xFF;
      out[i] = Pixels.clip((int) (a + alpha * ((pixels[i] & 0xFF) - a)));
    }
    return new RgbImage(image.width(), image.height(), out);
  }

  /** Weights each inner pixel by 5/13 and its eight neighbours by 1/13; the border is unchanged. */
  private static byte[] smooth(RgbImage image) {
    byte[] p = image.pixels();
    byte[] out = p.clone();
    int row = 3 * image.width();
    for (int y = 1; y < image.height() - 1; y++) {
      for (int i = y * row + 3; i < (y + 1) * row - 3; i++) {
        int sum = 4 * (p[i] & 0xFF);
        for (int at = i - row; at <= i + row; at += row) {
          sum += (p[at - 3] & 0xFF) + (p[at] & 0xFF) + (p[at + 3] & 0xFF);
        }
        out[i] = (byte) ((2 * sum + 13) / 26);
      }
    }
    return out;
  }

  private interface Stretch {
    IntUnaryOperator of(int[] histogram);
  }

  private static RgbImage perChannel(RgbImage image, Stretch stretch) {
    byte[] pixels = image.pixels();
    byte[] out = new byte[pixels.length];
    for (int c = 0; c < 3; c++) {
      int[] histogram = new int[256];
      for (int i = c; i < pixels.length; i += 3) {
        histogram[pixels[i] & 0xFF]++;
      }
      byte[] table = table(stretch.of(histogram));
      for (int i = c; i < pixels.length; i += 3) {
        out[i] = table[pixels[i] & 0xFF];
      }
    }
    return new RgbImage(image.width(), image.height(), out);
  }

  private static RgbImage each(RgbImage image, IntUnaryOperator change) {
    byte[] table = table(change);
    byte[] out = new byte[image.pixels().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = table[image.pixels()[i] & 0xFF];
    }
    return new RgbImage(image.width(), image.height(), out);
  }

  private static byte[] table(IntUnaryOperator change) {
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = Pixels.clip(change.applyAsInt(v));
    }
    return table;
  }
}
