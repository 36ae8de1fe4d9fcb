package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/** {@code (x, y) -> (a x + b y + e, c x + d y + f)}. */
record AffineMap(double a, double b, double c, double d, double e, double f) {

  /** Scales by {@code (width, height)}, turns, then moves the origin to {@code (x, y)}. */
  static AffineMap pose(double x, double y, double width, double height, double turns) {
    double cos = Waves.cos(turns);
    double sin = Waves.sin(turns);
    return new AffineMap(width * cos, -height * sin, width * sin, height * cos, x, y);
  }

  /**
   * A contraction {@code R(θ) diag(s₁, s₂) R(φ)}, {@code 0.95 > s₁ >= s₂}, mirrored half of the
   * time, and an offset in {@code [-1, 1]²}.
   */
  static AffineMap contraction(Rng rng) {
    double s1 = Draw.uniform(rng, 0.2, 0.95);
    double s2 = s1 * Draw.uniform(rng, 0.15, 1);
    AffineMap left = pose(0, 0, 1, Draw.chance(rng, 0.5) ? -1 : 1, rng.nextDouble());
    AffineMap right = pose(0, 0, 1, 1, rng.nextDouble());
    return new AffineMap(
        left.a * s1 * right.a + left.b * s2 * right.c,
        left.a * s1 * right.b + left.b * s2 * right.d,
        left.c * s1 * right.a + left.d * s2 * right.c,
        left.c * s1 * right.b + left.d * s2 * right.d,
        Draw.uniform(rng, -1, 1),
        Draw.uniform(rng, -1, 1));
  }

  double x(double x, double y) {
    return a * x + b * y + e;
  }

  double y(double x, double y) {
    return c * x + d * y + f;
  }

  /** The factor by which areas grow, without sign. */
  double growth() {
    return Math.abs(a * d - b * c);
  }

  /** The largest singular value: the largest factor by which lengths grow. */
  double stretch() {
    double sum = a * a + b * b + c * c + d * d;
    double det = a * d - b * c;
    return Math.sqrt(0.5 * (sum + Math.sqrt(Math.max(0, sum * sum - 4 * det * det))));
  }
}
