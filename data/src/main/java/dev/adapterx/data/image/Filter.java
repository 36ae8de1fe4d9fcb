package dev.adapterx.data.image;

/**
 * The kernels a resize can weight pixels with, as functions of the distance x from the centre in
 * source pixels (in target pixels when it shrinks): PIL's BOX, BILINEAR, BICUBIC and LANCZOS.
 */
public enum Filter {
  /** 1 for -½ &lt; x ≤ ½. */
  BOX(0.5) {
    @Override
    double weight(double x) {
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    }
  },
  /** {@code 1 - |x|}. */
  BILINEAR(1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /**
   * Cubic convolution with a = -½ (Keys, "Cubic convolution interpolation for digital image
   * processing", 1981); many libraries take a = -¾ instead.
   */
  BICUBIC(2) {
    @Override
    double weight(double x) {
      double a = -0.5;
      double d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
  },
  /** {@code sinc(x) · sinc(x / 3)}. */
  LANCZOS(3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  };

  private final double support;

  Filter(double support) {
    this.support = support;
  }

  /** Half the width outside which the weight is zero. */
  double support() {
    return support;
  }

  abstract double weight(double x);

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double t = x * Math.PI;
    return StrictMath.sin(t) / t;
  }
}
