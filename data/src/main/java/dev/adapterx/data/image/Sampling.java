package dev.adapterx.data.image;

/**
 * How a geometric augmentation interpolates between pixels: PIL's NEAREST, BILINEAR and BICUBIC of
 * {@code Image.transform}, whose bicubic has a = -1, unlike the one of {@code Image.resize}.
 */
public enum Sampling {
  NEAREST {
    @Override
    void sample(RgbImage image, double x, double y, byte[] out, int at) {
      int from = ((int) y) * image.width() + (int) x;
      System.arraycopy(image.pixels(), 3 * from, out, at, 3);
    }
  },
  BILINEAR {
    @Override
    void sample(RgbImage image, double x, double y, byte[] out, int at) {
      int left = (int) Math.floor(x - 0.5);
      int top = (int) Math.floor(y - 0.5);
      double dx = x - 0.5 - left;
      double dy = y - 0.5 - top;
      for (int channel = 0; channel < 3; channel++) {
        double upper =
            mix(clamped(image, left, top, channel), clamped(image, left + 1, top, channel), dx);
        double lower =
            mix(
                clamped(image, left, top + 1, channel),
                clamped(image, left + 1, top + 1, channel),
                dx);
        out[at + channel] = (byte) (int) mix(upper, lower, dy);
      }
    }
  },
  BICUBIC {
    @Override
    void sample(RgbImage image, double x, double y, byte[] out, int at) {
      int left = (int) Math.floor(x - 0.5);
      int top = (int) Math.floor(y - 0.5);
      double dx = x - 0.5 - left;
      double dy = y - 0.5 - top;
      double[] rows = new double[4];
      for (int channel = 0; channel < 3; channel++) {
        for (int k = 0; k < 4; k++) {
          rows[k] =
              cubic(
                  clamped(image, left - 1, top + k - 1, channel),
                  clamped(image, left, top + k - 1, channel),
                  clamped(image, left + 1, top + k - 1, channel),
                  clamped(image, left + 2, top + k - 1, channel),
                  dx);
        }
        out[at + channel] = Pixels.clip((int) cubic(rows[0], rows[1], rows[2], rows[3], dy));
      }
    }
  };

  /** Writes the colour at a position inside the image, with pixel centres at halves. */
  abstract void sample(RgbImage image, double x, double y, byte[] out, int at);

  private static double clamped(RgbImage image, int x, int y, int channel) {
    return image.at(
        Math.max(0, Math.min(image.width() - 1, x)),
        Math.max(0, Math.min(image.height() - 1, y)),
        channel);
  }

  private static double mix(double a, double b, double t) {
    return a + (b - a) * t;
  }

  /** The cubic through b (t = 0) and c (t = 1) whose slopes there are c - a and d - b. */
  private static double cubic(double a, double b, double c, double d, double t) {
    double second = 2 * (a - b) + c - d;
    double third = -a + b - c + d;
    return b + t * (c - a + t * (second + t * third));
  }
}
