package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/**
 * Superquadrics (Barr, "Superquadrics and Angle-Preserving Transformations", 1981) with taper,
 * twist and bend, and radial surfaces of harmonics.
 */
final class Quadrics {
  private static final int AROUND = 36;
  private static final int UP = 18;

  private Quadrics() {}

  static void superquadric(Modeller m, Genome g) {
    parametric(m, g.size(0.15, 2.4), g.size(0.15, 2.4), 0);
    m.surface().warp(warp(g));
  }

  static void supertoroid(Modeller m, Genome g) {
    parametric(m, g.size(0.2, 1.8), g.size(0.2, 1.8), g.size(1.6, 5));
    m.surface().warp(warp(g));
  }

  /** With {@code hole = 0} a superellipsoid, else a supertoroid of that radius. */
  private static void parametric(Modeller m, double east, double north, double hole) {
    m.surface().beginSkin();
    double[] ring = new double[2 * AROUND];
    for (int j = 0; j < AROUND; j++) {
      double w = Modeller.TURN * j / AROUND;
      ring[2 * j] = Sweep.power(cos(w), east);
      ring[2 * j + 1] = Sweep.power(sin(w), east);
    }
    int previous = -1;
    for (int i = 0; i <= UP; i++) {
      double v = hole > 0 ? Modeller.TURN * i / UP : Math.PI * (i / (double) UP - 0.5);
      double radius = hole + Sweep.power(hole > 0 || i % UP != 0 ? cos(v) : 0, north);
      double height = Sweep.power(sin(v), north);
      int first = -1;
      for (int j = 0; j < AROUND; j++) {
        int at = m.vertex(radius * ring[2 * j], height, radius * ring[2 * j + 1]);
        first = j == 0 ? at : first;
      }
      if (i > 0) {
        m.join(previous, first, AROUND);
      }
      previous = first;
    }
  }

  private static Surface.Warp warp(Genome g) {
    double wide = g.size(0.5, 1.6);
    double high = g.size(0.5, 2.2);
    double taper = g.has(0.5) ? g.size(-0.6, 0.6) : 0;
    double twist = g.has(0.3) ? g.size(0.4, 1.6) : 0;
    double bend = g.has(0.3) ? g.size(0.3, 1.1) : 0;
    return p -> {
      double scale = 1 + taper * p[1];
      double x = scale * p[0];
      double z = scale * p[2] * wide;
      double y = high * p[1];
      double c = cos(twist * p[1]);
      double s = sin(twist * p[1]);
      double turnedX = c * x - s * z;
      p[2] = s * x + c * z;
      if (bend == 0) {
        p[0] = turnedX;
        p[1] = y;
        return;
      }
      double radius = 1.5 * high / bend;
      double angle = y / radius;
      p[0] = radius - (radius - turnedX) * cos(angle);
      p[1] = (radius - turnedX) * sin(angle);
    };
  }

  /** {@code r(θ, φ) = 1 + Σ aₖ sin(mₖ θ)^p cos(nₖ φ)}, from flowers and stars to pebbles. */
  static void harmonics(Modeller m, Genome g) {
    int terms = g.count(1, 3);
    int[] up = new int[terms];
    int[] round = new int[terms];
    double[] height = new double[terms];
    double[] phase = new double[terms];
    for (int k = 0; k < terms; k++) {
      up[k] = g.count(1, 5);
      round[k] = g.count(0, 6);
      height[k] = g.size(0.1, 0.9) / terms;
      phase[k] = g.size(-0.6, 0.6);
    }
    double high = g.size(0.6, 1.7);
    m.surface().beginSkin();
    int previous = -1;
    for (int i = 0; i <= 24; i++) {
      double theta = Math.PI * i / 24;
      int first = -1;
      for (int j = 0; j < AROUND; j++) {
        double phi = Modeller.TURN * j / AROUND;
        double r = 1;
        for (int k = 0; k < terms; k++) {
          double fade = round[k] == 0 ? 1 : sin(theta) * sin(theta);
          r += height[k] * fade * cos(up[k] * theta + phase[k]) * cos(round[k] * phi);
        }
        r = Math.max(r, 0.05);
        double s = r * sin(theta);
        int v = m.vertex(s * cos(phi), high * r * cos(theta), s * sin(phi));
        first = j == 0 ? v : first;
      }
      if (i > 0) {
        m.join(previous, first, AROUND);
      }
      previous = first;
    }
  }
}
