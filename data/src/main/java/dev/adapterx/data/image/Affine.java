package dev.adapterx.data.image;

/**
 * An affine map of the plane, from output to source: {@code x' = a·x + b·y + c}, {@code y' = d·x +
 * e·y + f}, between pixel centres at halves; as PIL's {@code Image.transform(size, AFFINE)}. The
 * size is unchanged; pixels from outside get the fill colour.
 */
record Affine(double a, double b, double c, double d, double e, double f) {
  static Affine shearX(double amount) {
    return new Affine(1, amount, 0, 0, 1, 0);
  }

  static Affine shearY(double amount) {
    return new Affine(1, 0, 0, amount, 1, 0);
  }

  static Affine translate(double x, double y) {
    return new Affine(1, 0, x, 0, 1, y);
  }

  /** Rotates counter-clockwise by degrees about the centre of an image of this size. */
  static Affine rotate(double degrees, int width, int height) {
    double angle = -StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double x = width / 2.0;
    double y = height / 2.0;
    return new Affine(cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y);
  }

  RgbImage apply(RgbImage image, Sampling sampling, Fill fill) {
    int w = image.width();
    int h = image.height();
    byte[] out = new byte[image.pixels().length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double sx = a * (x + 0.5) + b * (y + 0.5) + c;
        double sy = d * (x + 0.5) + e * (y + 0.5) + f;
        int at = 3 * (y * w + x);
        if (sx < 0 || sy < 0 || sx >= w || sy >= h) {
          out[at] = (byte) fill.red();
          out[at + 1] = (byte) fill.green();
          out[at + 2] = (byte) fill.blue();
        } else {
          sampling.sample(image, sx, sy, out, at);
        }
      }
    }
    return new RgbImage(w, h, out);
  }
}
