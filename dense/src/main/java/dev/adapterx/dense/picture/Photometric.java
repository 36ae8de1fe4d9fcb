package dev.adapterx.dense.picture;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.ImageTransform;
import dev.adapterx.data.image.RgbImage;

/**
 * mmsegmentation's photometric distortion: brightness, contrast, saturation and hue, each half of
 * the time; contrast before or after the last two, by a coin. Values are cut to 0 … 255 after each.
 *
 * @param brightness the most that is added or taken away, of 255
 * @param least factor of contrast and saturation
 * @param largest factor of contrast and saturation
 * @param hue the most it is turned, in degrees
 */
record Photometric(double brightness, double least, double largest, double hue)
    implements ImageTransform {
  /** 32, 0.5 to 1.5, 36 degrees (18 of OpenCV's 180). */
  static final Photometric USUAL = new Photometric(32, 0.5, 1.5, 36);

  private static final int MOST = 255;
  private static final int CIRCLE = 360;
  private static final int SECTOR = 60;

  @Override
  public RgbImage apply(RgbImage image, Rng rng) {
    double added = coin(rng) ? brightness * (2 * rng.nextDouble() - 1) : 0;
    boolean contrastFirst = coin(rng);
    double contrast = factor(rng);
    double saturation = factor(rng);
    double turned = coin(rng) ? hue * (2 * rng.nextDouble() - 1) : 0;
    byte[] pixels = image.pixels().clone();
    linear(pixels, 1, added);
    if (contrastFirst) {
      linear(pixels, contrast, 0);
    }
    if (saturation != 1 || turned != 0) {
      colours(pixels, saturation, turned);
    }
    if (!contrastFirst) {
      linear(pixels, contrast, 0);
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }

  private double factor(Rng rng) {
    return coin(rng) ? least + (largest - least) * rng.nextDouble() : 1;
  }

  private static boolean coin(Rng rng) {
    return rng.nextInt(2) == 1;
  }

  private static void linear(byte[] pixels, double factor, double added) {
    if (factor == 1 && added == 0) {
      return;
    }
    byte[] table = new byte[MOST + 1];
    for (int v = 0; v <= MOST; v++) {
      table[v] = clip(v * factor + added);
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = table[pixels[i] & 0xFF];
    }
  }

  private static byte clip(double value) {
    return (byte) Math.max(0, Math.min(MOST, (int) value));
  }

  /** By way of hue, saturation and value; the value stays. */
  private static void colours(byte[] pixels, double factor, double turned) {
    for (int i = 0; i < pixels.length; i += 3) {
      int red = pixels[i] & 0xFF;
      int green = pixels[i + 1] & 0xFF;
      int blue = pixels[i + 2] & 0xFF;
      int value = Math.max(red, Math.max(green, blue));
      int spread = value - Math.min(red, Math.min(green, blue));
      if (spread == 0) {
        continue;
      }
      double angle =
          value == red
              ? (double) (green - blue) / spread
              : value == green
                  ? 2 + (double) (blue - red) / spread
                  : 4 + (double) (red - green) / spread;
      double turnedAngle = (((SECTOR * angle + turned) % CIRCLE + CIRCLE) % CIRCLE) / SECTOR;
      double saturation = Math.min(1, factor * spread / value);
      pixels[i] = channel(turnedAngle, 5, value, saturation);
      pixels[i + 1] = channel(turnedAngle, 3, value, saturation);
      pixels[i + 2] = channel(turnedAngle, 1, value, saturation);
    }
  }

  /** {@code v - v s max(0, min(k, 4 - k, 1))} with {@code k = (n + h) mod 6}. */
  private static byte channel(double angle, int n, int value, double saturation) {
    double k = (n + angle) % 6;
    return clip(value - value * saturation * Math.max(0, Math.min(Math.min(k, 4 - k), 1)) + 0.5);
  }
}
