package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.sin;

/** Planes, biplanes, helicopters; the nose is at x. */
final class Aircraft {
  private Aircraft() {}

  private static void fuselage(
      Modeller m, double length, double r, double nose, double tail, double square) {
    int n = 11;
    double[][] stations = new double[n][];
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      double fat = 1;
      double lift = 0;
      if (t < tail) {
        fat = 0.15 + 0.85 * sin(0.5 * Math.PI * t / tail);
        lift = 0.5 * r * (1 - fat);
      } else if (t > 1 - nose) {
        double s = (t - 1 + nose) / nose;
        fat = Math.max(0.05, Math.sqrt(Math.max(0, 1 - s * s)));
        lift = -0.2 * r * (1 - fat);
      }
      stations[i] = new double[] {length * (t - 0.5), lift, r * fat, r * fat};
    }
    Sweep.loft(m, stations, square);
  }

  /** A tapered plate from a root to a tip, lens-shaped; mirrored when {@code both}. */
  static void wing(
      Modeller m, double root, double tip, double span, double sweep, double rise, boolean both) {
    double thick = 0.1 * root;
    for (int side = both ? -1 : 1; side <= 1; side += 2) {
      m.surface().beginSkin();
      int[] v = new int[8];
      for (int end = 0; end < 2; end++) {
        double chord = end == 0 ? root : tip;
        double x = end == 0 ? 0 : -sweep;
        double z = end == 0 ? 0 : side * span;
        double y = end * rise;
        double t = thick * chord / root / 2;
        v[4 * end] = m.vertex(x + chord / 2, y, z);
        v[4 * end + 1] = m.vertex(x + chord * 0.1, y + t, z);
        v[4 * end + 2] = m.vertex(x - chord / 2, y, z);
        v[4 * end + 3] = m.vertex(x + chord * 0.1, y - t, z);
      }
      m.join(v[0], v[4], 4);
      m.surface().quad(v[4], v[5], v[6], v[7]);
    }
  }

  static void plane(Modeller m, Genome g) {
    double length = g.size(3.5, 6);
    double r = g.size(0.05, 0.11) * length;
    fuselage(m, length, r, g.size(0.12, 0.4), g.size(0.25, 0.6), g.size(1.9, 2.8));
    double span = g.size(0.3, 0.65) * length;
    double root = g.size(0.14, 0.4) * length;
    double tip = root * g.size(0.1, 0.9);
    double sweep = g.has(0.6) ? g.size(0.05, 0.9) * span : g.size(-0.05, 0.1) * span;
    double at = g.size(-0.08, 0.14) * length;
    double high = g.size(-0.7, 0.9) * r;
    double rise = g.size(-0.05, 0.15) * span;
    wing(m.move(at, high, 0), root, tip, span, sweep, rise, true);
    tail(m, g, length, r);
    engines(m, g, length, r, span, at, high, sweep, rise);
    if (g.has(0.4)) {
      m.ball(0.22 * length, 0.7 * r, 0, 0.09 * length, 0.6 * r, 0.5 * r);
    }
    if (g.has(0.2)) {
      for (int side = -1; side <= 1; side += 2) {
        m.rod(at, -r, side * r, at, -1.8 * r, 1.5 * side * r, 0.06 * r, 0.06 * r);
        m.rod(at, -2 * r, 1.4 * side * r, at, -2 * r, 1.6 * side * r, 0.35 * r, 0.35 * r);
      }
    }
  }

  private static void tail(Modeller m, Genome g, double length, double r) {
    double fin = g.size(0.09, 0.22) * length;
    double chord = g.size(0.08, 0.18) * length;
    double back = g.size(0.3, 1.1) * fin;
    double stab = g.size(0.09, 0.25) * length;
    double x = -0.5 * length + 0.6 * chord;
    int kind = g.count(0, 4);
    if (kind == 4) {
      for (int side = -1; side <= 1; side += 2) {
        wing(
            m.move(x, 0.4 * r, side * 0.5 * r).turnX(-Math.PI / 2 + side * 0.35),
            chord,
            0.6 * chord,
            fin,
            back,
            0,
            false);
      }
    } else {
      wing(m.move(x, 0.4 * r, 0).turnX(-Math.PI / 2), chord, 0.6 * chord, fin, back, 0, false);
    }
    double up = kind == 0 ? 0.4 * r + 0.95 * fin : 0.3 * r;
    double behind = kind == 0 ? back : 0;
    wing(m.move(x - behind, up, 0), 0.8 * chord, 0.5 * chord, stab, 0.5 * back, 0, true);
  }

  private static void engines(
      Modeller m,
      Genome g,
      double length,
      double r,
      double span,
      double at,
      double high,
      double sweep,
      double rise) {
    int kind = g.count(0, 4);
    double er = r * g.size(0.25, 0.5);
    double el = g.size(0.1, 0.2) * length;
    int pairs = g.count(1, 2);
    for (int k = 0; k < pairs && kind <= 2; k++) {
      double t = 0.3 + 0.28 * k;
      for (int side = -1; side <= 1; side += 2) {
        double y = high + rise * t - (kind == 2 ? 0 : 1.1 * er);
        double x = at - sweep * t + 0.04 * length;
        Modeller pod = m.move(x, y, side * t * span);
        pod.rod(-el / 2, 0, 0, el / 2, 0, 0, 0.8 * er, er);
        if (kind == 2) {
          propeller(pod.move(el / 2 + 0.02, 0, 0), 3, 0.08 * length);
        }
      }
    }
    if (kind == 3) {
      for (int side = -1; side <= 1; side += 2) {
        double z = side * (r + er);
        double x = -0.3 * length;
        m.rod(x - el / 2, 0.4 * r, z, x + el / 2, 0.4 * r, z, 0.8 * er, er);
      }
    }
    if (kind == 4) {
      propeller(m.move(0.51 * length, -0.1 * r, 0), g.count(2, 4), 0.12 * length);
    }
  }

  private static void propeller(Modeller m, int blades, double r) {
    for (int k = 0; k < blades; k++) {
      m.turnX(Modeller.TURN * k / blades).turnY(0.3).box(0, r / 2, 0, 0.02 * r, r, 0.13 * r);
    }
    m.ball(0, 0, 0, 0.12 * r);
  }

  static void biplane(Modeller m, Genome g) {
    double length = g.size(3, 4.5);
    double r = g.size(0.07, 0.12) * length;
    fuselage(m, length, r, g.size(0.1, 0.2), g.size(0.5, 0.8), g.size(2, 5));
    double span = g.size(0.5, 0.8) * length;
    double chord = g.size(0.16, 0.26) * length;
    double gap = g.size(2, 3.5) * r;
    int wings = g.has(0.25) ? 3 : 2;
    double at = 0.15 * length;
    for (int i = 0; i < wings; i++) {
      double y = -0.8 * r + gap * i / (wings - 1.0);
      wing(m.move(at, y, 0), chord, 0.85 * chord, span, 0, 0.02, true);
    }
    int struts = g.count(1, 3);
    for (int i = 1; i <= struts; i++) {
      for (int k = 0; k < 4; k++) {
        double x = at + ((k & 1) == 0 ? 0.3 : -0.3) * chord;
        double z = ((k & 2) == 0 ? 1 : -1) * span * 0.85 * i / struts;
        m.rod(x, -0.8 * r, z, x, -0.8 * r + gap, z, 0.03, 0.03);
      }
    }
    wing(m.move(-0.45 * length, 0.2 * r, 0), chord, 0.7 * chord, 0.2 * length, 0, 0, true);
    wing(
        m.move(-0.45 * length, 0.2 * r, 0).turnX(-Math.PI / 2),
        chord,
        0.6 * chord,
        0.16 * length,
        0.05,
        0,
        false);
    propeller(m.move(0.51 * length, -0.1 * r, 0), 2, 0.2 * length);
    for (int side = -1; side <= 1; side += 2) {
      m.rod(at, -0.8 * r, side * 0.6 * r, at + 0.1, -2.2 * r, side * r, 0.04, 0.04);
      m.rod(at + 0.1, -2.3 * r, side * r - 0.05, at + 0.1, -2.3 * r, side * r + 0.05, 0.2, 0.2);
    }
  }

  static void helicopter(Modeller m, Genome g) {
    double body = g.size(1.2, 2.4);
    double r = g.size(0.35, 0.55);
    double boom = g.size(1.2, 2.4);
    m.ball(0, 0, 0, body / 2, r, 0.85 * r);
    if (g.has(0.4)) {
      m.box(-0.1 * body, 0.1 * r, 0, 0.7 * body, 1.4 * r, 1.3 * r);
    }
    double tail = -0.4 * body - boom;
    m.rod(-0.3 * body, 0.2 * r, 0, tail, 0.4 * r, 0, 0.35 * r, 0.12 * r);
    wing(m.move(tail, 0.4 * r, 0).turnX(-Math.PI / 2), 0.35, 0.2, 0.5, 0.2, 0, false);
    wing(m.move(tail + 0.4, 0.4 * r, 0), 0.3, 0.2, 0.4, 0, 0, true);
    double disc = g.size(0.9, 1.3) * (body / 2 + 0.6 * boom);
    int blades = g.count(2, 6);
    double start = g.free(0, Modeller.TURN);
    double mast = r + g.size(0.15, 0.4);
    m.column(0, 0.8 * r, 0, 0.08, 0.06, mast - 0.7 * r);
    for (int k = 0; k < blades; k++) {
      m.turnY(start + Modeller.TURN * k / blades).box(disc / 2, mast, 0, disc, 0.03, 0.14);
    }
    for (int k = 0; k < 2; k++) {
      m.move(tail, 0.4 * r, 0.12).turnZ(start + Math.PI * k / 2).box(0, 0, 0, 0.9, 0.07, 0.02);
    }
    boolean skids = g.has(0.6);
    for (int side = -1; side <= 1; side += 2) {
      double z = side * 0.8 * r;
      if (skids) {
        m.rod(-0.4 * body, -1.4 * r, z, 0.45 * body, -1.4 * r, z, 0.05, 0.05);
        m.rod(0.2 * body, -0.7 * r, 0.5 * z, 0.2 * body, -1.4 * r, z, 0.04, 0.04);
        m.rod(-0.2 * body, -0.7 * r, 0.5 * z, -0.2 * body, -1.4 * r, z, 0.04, 0.04);
      } else {
        m.rod(0.2 * body, -1.1 * r, z - 0.06, 0.2 * body, -1.1 * r, z + 0.06, 0.2, 0.2);
        wing(m.move(0, -0.2 * r, 0), 0.5, 0.3, 2 * r, 0, 0, true);
      }
    }
  }
}
