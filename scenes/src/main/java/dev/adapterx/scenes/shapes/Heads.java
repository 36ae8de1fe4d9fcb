package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Heads with faces, and blobs of metaballs; both star-shaped about their centre. */
final class Heads {
  private static final int UP = 36;
  private static final int AROUND = 44;

  private Heads() {}

  /** The distance of the surface in a direction. */
  @FunctionalInterface
  private interface Radial {
    double at(double x, double y, double z);
  }

  /** Meridians are denser towards x: a face has finer features than the back of a head. */
  private static void radial(Modeller m, int up, int around, double crowding, Radial radial) {
    m.surface().beginSkin();
    double[] c = new double[around];
    double[] s = new double[around];
    for (int j = 0; j < around; j++) {
      double angle = Modeller.TURN * j / around;
      c[j] = cos(angle - crowding * sin(angle));
      s[j] = sin(angle - crowding * sin(angle));
    }
    int previous = -1;
    for (int i = 0; i <= up; i++) {
      double y = cos(Math.PI * i / up);
      double ring = sin(Math.PI * i / up);
      int first = -1;
      for (int j = 0; j < around; j++) {
        double x = ring * c[j];
        double z = ring * s[j];
        double r = radial.at(x, y, z);
        int v = m.vertex(r * x, r * y, r * z);
        first = j == 0 ? v : first;
      }
      if (i > 0) {
        m.join(previous, first, around);
      }
      previous = first;
    }
  }

  /** A bump around a direction: {@code height} at its centre, 0 beyond its width. */
  private static double bump(
      double x, double y, double z, double bx, double by, double wide, double tall) {
    double bz = Math.sqrt(Math.max(0, 1 - bx * bx - by * by));
    double dz = (Math.abs(z) - bz) / wide;
    double dx = (x - bx) / wide;
    double dy = (y - by) / tall;
    double d = dx * dx + dy * dy + dz * dz;
    return d < 1 ? (1 - d) * (1 - d) : 0;
  }

  /** A head that looks towards x, on a neck. */
  static void head(Modeller m, Genome g) {
    double nose = g.size(0.2, 0.5);
    double noseWide = g.size(0.2, 0.36);
    double noseY = g.size(-0.2, 0.05);
    double eye = g.size(0.06, 0.2);
    double eyeY = noseY + g.size(0.22, 0.35);
    double brow = g.size(0, 0.12);
    double jaw = g.size(-0.05, 0.3);
    double lips = g.size(0, 0.08);
    double cheek = g.size(-0.05, 0.1);
    double hair = g.has(0.5) ? g.size(0.05, 0.25) : 0;
    double long0 = g.size(-0.6, 0.5);
    double wide = g.size(0.7, 0.9);
    double high = g.size(1.1, 1.4);
    radial(
        m.scale(1, high, wide),
        UP,
        AROUND,
        0.55,
        (x, y, z) -> {
          double mid = Math.abs(z);
          double r = 0.9 + 0.1 * Math.max(0, -x) * (1 + y);
          r -= y < -0.2 ? 0.3 * (-0.2 - y) * (x < 0 ? 1.6 : 0.4) : 0;
          r += nose * bump(x, y, mid, 1, noseY, noseWide, 0.3);
          r -= eye * bump(x, y, mid, 0.88, eyeY, 0.2, 0.16);
          r += brow * bump(x, y, mid, 0.9, eyeY + 0.18, 0.3, 0.12);
          r += lips * bump(x, y, mid, 0.93, noseY - 0.3, 0.2, 0.1);
          r += jaw * bump(x, y, mid, 0.75, -0.72, 0.4, 0.3);
          r += cheek * bump(x, y, mid, 0.75, noseY - 0.1, 0.3, 0.25);
          return r + (y > 0.55 || (x < 0.1 && y > long0) ? hair : 0);
        });
    double ear = g.size(0.1, 0.25);
    for (int side = -1; side <= 1; side += 2) {
      m.ball(-0.05, 0.05, side * wide * 0.92, 0.5 * ear, ear, 0.35 * ear);
    }
    double neck = g.size(0.3, 0.5);
    double low = g.size(0.2, 0.7);
    m.move(-0.15, 0, 0).column(0, -high - low + 0.3, 0, neck * 1.15, neck, low + 0.3);
    if (g.has(0.35)) {
      double bust = g.size(0.8, 1.3);
      m.ball(-0.2, -high - low + 0.1, 0, 0.5 * bust, 0.4, bust);
    }
    if (g.has(0.2)) {
      double y = 0.5 * high;
      m.column(0, y, 0, g.size(1, 1.4), 0.95, 0.06);
      m.column(0, y, 0, 0.9, g.size(0.5, 0.9), g.size(0.3, 0.8));
    }
  }

  /**
   * The surface {@code Σ (1 − d²/R²)³ = 1/4} of soft balls that all contain the centre, found along
   * rays by bisection (soft objects: Wyvill, McPheeters, Wyvill, 1986).
   */
  static void blob(Modeller m, Genome g) {
    int balls = g.count(3, 8);
    double[] b = new double[4 * (balls + 1)];
    b[3] = 1;
    boolean mirrored = g.has(0.5);
    for (int k = 1; k <= balls; k++) {
      double y = g.size(-0.9, 0.9);
      double a = g.size(0, Modeller.TURN);
      double ring = Math.sqrt(1 - y * y);
      double out = g.size(0.4, 0.9);
      if (mirrored && k % 2 == 0) {
        System.arraycopy(b, 4 * k - 4, b, 4 * k, 4);
        b[4 * k + 2] = -b[4 * k + 2];
        continue;
      }
      b[4 * k] = out * ring * cos(a);
      b[4 * k + 1] = out * y;
      b[4 * k + 2] = out * ring * sin(a);
      b[4 * k + 3] = g.size(0.5, 1);
    }
    radial(
        m,
        22,
        32,
        0,
        (x, y, z) -> {
          double from = 0;
          double to = 2;
          for (int step = 0; step < 9; step++) {
            double r = (from + to) / 2;
            if (density(b, r * x, r * y, r * z) > 0.25) {
              from = r;
            } else {
              to = r;
            }
          }
          return Math.max(from, 0.05);
        });
  }

  private static double density(double[] b, double x, double y, double z) {
    double sum = 0;
    for (int k = 0; k < b.length; k += 4) {
      double dx = x - b[k];
      double dy = y - b[k + 1];
      double dz = z - b[k + 2];
      double near = 1 - (dx * dx + dy * dy + dz * dz) / (b[k + 3] * b[k + 3]);
      sum += near > 0 ? near * near * near : 0;
    }
    return sum;
  }
}
