package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Extruded flat figures: gears, stars, wheels, signs like letters, hands. */
final class Outlines {
  private Outlines() {}

  static void gear(Modeller m, Genome g) {
    int teeth = g.count(6, 24);
    double deep = g.size(0.08, 0.3);
    double thick = g.size(0.1, 0.8);
    double duty = g.size(0.15, 0.35);
    double[][] outline = new double[4 * teeth][];
    double[] at = {0, duty, 0.5, 0.5 + duty};
    for (int i = 0; i < outline.length; i++) {
      double a = Modeller.TURN * (Math.floorDiv(i, 4) + at[i % 4]) / teeth;
      double r = i % 4 < 2 ? 1 : 1 - deep;
      outline[i] = new double[] {r * cos(a), r * sin(a)};
    }
    Sweep.ring(m, outline, g.size(0.1, 0.7), thick);
    if (g.has(0.3)) {
      m.rod(0, 0, -1.2, 0, 0, 1.2, 0.12, 0.12);
    }
  }

  static void star(Modeller m, Genome g) {
    int points = g.count(3, 9);
    double inner = g.size(0.25, 0.85);
    double thick = g.size(0.08, 0.8);
    double bulge = g.has(0.5) ? g.size(0.2, 0.7) : 0;
    double[][] outline = new double[2 * points][];
    for (int i = 0; i < outline.length; i++) {
      double a = Math.PI * (i / (double) points + 0.5);
      double r = i % 2 == 0 ? 1 : inner;
      outline[i] = new double[] {r * cos(a), r * sin(a)};
    }
    if (bulge == 0) {
      Sweep.extrude(m, outline, thick);
      return;
    }
    m.surface().beginSkin();
    int front = m.vertex(0, 0, bulge);
    int back = m.vertex(0, 0, -bulge);
    for (double[] p : outline) {
      m.vertex(p[0], p[1], 0);
    }
    for (int i = 0; i < outline.length; i++) {
      int a = back + 1 + i;
      int b = back + 1 + (i + 1) % outline.length;
      m.surface().triangle(a, b, front);
      m.surface().triangle(a, b, back);
    }
  }

  static void wheel(Modeller m, Genome g) {
    int spokes = g.count(0, 12);
    double tyre = g.size(0.04, 0.3);
    double hub = g.size(0.08, 0.3);
    double wide = g.size(0.6, 2);
    m.turnX(Math.PI / 2).scale(1, wide, 1).torus(1 - tyre, tyre, 1);
    double half = tyre * wide;
    m.rod(0, 0, -half, 0, 0, half, hub, hub);
    double thin = g.size(0.02, 0.09);
    for (int k = 0; k < spokes; k++) {
      double a = Modeller.TURN * k / spokes;
      double r = 1 - 1.5 * tyre;
      m.rod(0, 0, 0, r * cos(a), r * sin(a), 0, thin, thin);
    }
    if (spokes == 0) {
      m.rod(0, 0, -0.05, 0, 0, 0.05, 1 - 1.4 * tyre, 1 - 1.4 * tyre);
    }
  }

  /** Strokes between the nodes of a 3 x 4 lattice, as in letters and plumbing. */
  static void glyph(Modeller m, Genome g) {
    int strokes = g.count(3, 7);
    double thick = g.size(0.06, 0.2);
    double deep = g.size(0.5, 3) * thick;
    boolean round = g.has(0.4);
    boolean solid = g.has(0.35);
    double stepX = g.size(0.5, 1);
    double slant = g.size(-0.3, 0.3);
    double[] at = node(g, stepX, slant, solid);
    for (int k = 0; k < strokes; k++) {
      double[] to = node(g, stepX, slant, solid);
      if (Space.distance(at, to) < 0.01) {
        to[1] += to[1] > 1 ? -0.6 : 0.6;
      }
      if (round || solid) {
        m.rod(at, to, thick, thick);
        m.ball(to[0], to[1], to[2], thick * 1.1);
      } else {
        double length = Math.max(0.1, Space.distance(at, to));
        double angle = StrictMath.atan2(to[1] - at[1], to[0] - at[0]);
        Modeller middle = m.move((at[0] + to[0]) / 2, (at[1] + to[1]) / 2, 0).turnZ(angle);
        middle.box(0, 0, 0, length + thick, 2 * thick, deep);
      }
      at = g.has(0.8) ? to : node(g, stepX, slant, solid);
    }
  }

  private static double[] node(Genome g, double stepX, double slant, boolean solid) {
    double y = g.count(0, 3) * 0.6;
    double x = (g.count(0, 2) - 1) * stepX + slant * y;
    return new double[] {x, y, solid ? (g.count(0, 1) - 0.5) * stepX : 0};
  }

  static void hand(Modeller m, Genome g) {
    int fingers = g.count(3, 5);
    double palm = g.size(0.4, 0.6);
    double length = g.size(0.5, 0.9);
    double r = g.size(0.06, 0.1);
    double spread = g.size(0.05, 0.5);
    double curl = g.size(0, 1.4);
    m.ball(0, 0, 0, palm, 0.55, 0.18);
    m.rod(0, -0.4, 0, 0, -1.2, 0, 0.25, g.size(0.22, 0.32));
    for (int k = 0; k < fingers; k++) {
      double t = k / (fingers - 1.0) - 0.5;
      double bend = curl * g.free(0.6, 1.4);
      double tall = length * (1 - 0.8 * t * t);
      double[] p = {1.5 * palm * t, 0.4 * (1 - t * t), 0};
      double lean = 2 * spread * t;
      for (int joint = 0; joint < 3; joint++) {
        double a = bend * (joint + 0.5) / 2;
        double l = tall * 0.42;
        double[] d = {sin(lean) * cos(a), cos(lean) * cos(a), sin(a)};
        double[] to = Space.along(p, d, l);
        m.rod(p, to, r, 0.9 * r);
        m.ball(to[0], to[1], to[2], 0.9 * r);
        p = to;
      }
    }
    double[] knuckle = {palm + 0.25, 0.05, 0.15};
    m.rod(0.6 * palm, -0.25, 0, knuckle[0], knuckle[1], knuckle[2], 1.4 * r, r);
    m.rod(knuckle[0], knuckle[1], knuckle[2], knuckle[0] + 0.1, 0.35, 0.2, r, 0.9 * r);
  }
}
