package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.pow;
import static java.lang.StrictMath.sin;

/** Surfaces swept by a cross-section: tubes, lofted hulls and extruded outlines. */
final class Sweep {
  /** A number for each step along a path. */
  @FunctionalInterface
  interface Along {
    double at(int step);
  }

  private Sweep() {}

  /** A tube along a path with a twist-free frame; both ends closed. */
  static void tube(Modeller m, double[][] path, Along radius, int sides) {
    m.surface().beginSkin();
    double[] u = Space.across(Space.direction(path[0], path[1]));
    int previous = -1;
    for (int i = 0; i < path.length; i++) {
      double[] d =
          Space.direction(path[Math.max(0, i - 1)], path[Math.min(path.length - 1, i + 1)]);
      double[] w = Space.direction(new double[3], Space.cross(d, u));
      u = Space.cross(w, d);
      int first = -1;
      for (int j = 0; j < sides; j++) {
        double c = radius.at(i) * cos(Modeller.TURN * j / sides);
        double s = radius.at(i) * sin(Modeller.TURN * j / sides);
        double[] p = Space.along(Space.along(path[i], u, c), w, s);
        int v = m.vertex(p[0], p[1], p[2]);
        first = j == 0 ? v : first;
      }
      if (i > 0) {
        m.join(previous, first, sides);
      }
      previous = first;
    }
  }

  /**
   * A hull along x: superelliptic sections, both ends closed.
   *
   * @param stations each {@code (x, centre y, half height, half width)}
   * @param squareness exponent of the section: 1 a rhombus, 2 an ellipse, 6 nearly a box
   */
  static void loft(Modeller m, double[][] stations, double squareness) {
    m.surface().beginSkin();
    int sides = 16;
    double[] c = new double[sides];
    double[] s = new double[sides];
    for (int j = 0; j < sides; j++) {
      c[j] = power(cos(Modeller.TURN * (j + 0.5) / sides), 2 / squareness);
      s[j] = power(sin(Modeller.TURN * (j + 0.5) / sides), 2 / squareness);
    }
    int previous = -1;
    for (int i = -1; i <= stations.length; i++) {
      double[] at = stations[Math.max(0, Math.min(stations.length - 1, i))];
      double open = i < 0 || i == stations.length ? 0 : 1;
      int first = -1;
      for (int j = 0; j < sides; j++) {
        int v = m.vertex(at[0], at[1] + open * at[2] * s[j], open * at[3] * c[j]);
        first = j == 0 ? v : first;
      }
      if (previous >= 0) {
        m.join(previous, first, sides);
      }
      previous = first;
    }
  }

  /** {@code sgn(x) |x|^e}. */
  static double power(double x, double e) {
    return x < 0 ? -pow(-x, e) : pow(x, e);
  }

  /** An outline in the plane of x and y, from {@code -depth/2} to {@code depth/2} along z. */
  static void extrude(Modeller m, double[][] outline, double depth) {
    m.surface().beginSkin();
    int n = outline.length;
    int back = m.vertex(outline[0][0], outline[0][1], -depth / 2);
    for (int i = 1; i < n; i++) {
      m.vertex(outline[i][0], outline[i][1], -depth / 2);
    }
    int front = back + n;
    for (double[] p : outline) {
      m.vertex(p[0], p[1], depth / 2);
    }
    m.join(back, front, n);
    for (int[] ear : Ears.of(outline)) {
      m.surface().triangle(back + ear[0], back + ear[1], back + ear[2]);
      m.surface().triangle(front + ear[0], front + ear[1], front + ear[2]);
    }
  }

  /** As {@link #extrude}, with a hole in the shape of the outline scaled by {@code hole}. */
  static void ring(Modeller m, double[][] outline, double hole, double depth) {
    m.surface().beginSkin();
    int n = outline.length;
    int[] first = new int[4];
    double[] scale = {1, 1, hole, hole};
    double[] z = {-depth / 2, depth / 2, depth / 2, -depth / 2};
    for (int k = 0; k < 4; k++) {
      for (int i = 0; i < n; i++) {
        int v = m.vertex(scale[k] * outline[i][0], scale[k] * outline[i][1], z[k]);
        first[k] = i == 0 ? v : first[k];
      }
    }
    for (int k = 0; k < 4; k++) {
      m.join(first[k], first[(k + 1) % 4], n);
    }
  }
}
