package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.pow;
import static java.lang.StrictMath.sin;

/** Swords, knives, axes, handguns, rifles. */
final class Arms {
  private Arms() {}

  /** A blade upwards from the origin: diamond or wedge in section, tapering to a point. */
  private static void blade(
      Modeller m, double length, double width, double thick, double curve, double belly) {
    m.surface().beginSkin();
    int n = 12;
    int previous = -1;
    for (int i = 0; i <= n; i++) {
      double t = i / (double) n;
      double tip = Math.min(1, (1 - t) * 5);
      double w = width / 2 * (1 + belly * sin(Math.PI * t)) * pow(tip, 0.6);
      double x = curve * t * t;
      double y = length * t;
      double d = thick / 2 * Math.max(0.05, tip);
      int v = m.vertex(x - w, y, 0);
      m.vertex(x, y, d);
      m.vertex(x + w, y, 0);
      m.vertex(x, y, -d);
      if (i > 0) {
        m.join(previous, v, 4);
      }
      previous = v;
    }
  }

  static void sword(Modeller m, Genome g) {
    double length = g.size(0.6, 2.4);
    double width = g.size(0.06, 0.3);
    double curve = g.has(0.4) ? g.size(0.05, 0.5) : 0;
    double grip = g.size(0.25, 0.6);
    double guard = g.has(0.75) ? g.size(0.15, 0.7) : 0;
    double bulge = g.size(-0.2, 0.5);
    double r = g.size(0.025, 0.06);
    blade(m, length, width, 0.05, curve, bulge);
    m.column(0, -grip, 0, r, r * g.size(0.8, 1.2), grip);
    if (g.has(0.7)) {
      m.ball(0, -grip, 0, r * g.size(1.2, 2.2));
    }
    int kind = g.count(0, 2);
    double droop = g.size(-0.2, 0.2);
    if (guard > 0 && kind == 0) {
      m.box(0, 0, 0, guard, 0.05, 0.08);
    } else if (guard > 0 && kind == 1) {
      m.column(0, -0.02, 0, 0.4 * guard, 0.4 * guard, 0.04);
    } else if (guard > 0) {
      m.rod(0, 0, 0, guard / 2, droop, 0, 0.03, 0.04);
      m.rod(0, 0, 0, -guard / 2, droop, 0, 0.03, 0.04);
    }
  }

  static void knife(Modeller m, Genome g) {
    double length = g.size(0.5, 1.3);
    double width = g.size(0.1, 0.35);
    double drop = g.size(-0.5, 1);
    double point = g.size(2, 6);
    double[][] outline = new double[16][];
    for (int i = 0; i < 8; i++) {
      double t = i / 7.0;
      double edge = width * (1 - pow(t, point));
      double spine = width * drop * 0.3 * t * t;
      outline[i] = new double[] {length * t, spine - (1 - t * t) * 0.2 * width - 0.5 * edge};
      outline[15 - i] = new double[] {length * t + 0.01, spine + 0.02 + 0.15 * width * (1 - t)};
    }
    Sweep.extrude(m, outline, 0.02);
    double grip = g.size(0.35, 0.7);
    double thick = g.size(0.06, 0.12);
    double hand = g.size(0.5, 1) * width;
    m.move(-grip / 2, -0.25 * width, 0).turnZ(g.size(-0.15, 0.15)).box(0, 0, 0, grip, hand, thick);
    if (g.has(0.4)) {
      m.box(0, -0.2 * width, 0, 0.05, 1.8 * width, 1.6 * thick);
    }
  }

  static void axe(Modeller m, Genome g) {
    double shaft = g.size(1, 2.4);
    double r = g.size(0.025, 0.06);
    double reach = g.size(0.2, 0.5);
    double edge = g.size(0.15, 0.5);
    double neck = edge * g.size(0.3, 0.8);
    double bow = g.size(0, 0.15);
    m.rod(0, 0, 0, 0, shaft, 0, r, r);
    int heads = g.has(0.4) ? 2 : 1;
    double y = shaft * g.size(0.85, 0.95);
    for (int k = 0; k < heads; k++) {
      double s = k == 0 ? 1 : -1;
      double[][] outline = {
        {0, y - neck / 2},
        {s * reach, y - edge},
        {s * (reach + bow), y - edge / 2},
        {s * (reach + bow), y + edge / 2},
        {s * reach, y + edge * 0.9},
        {0, y + neck / 2}
      };
      Sweep.extrude(m, outline, 0.06);
    }
    if (g.has(0.3)) {
      m.column(0, shaft, 0, r * 1.3, 0.01, g.size(0.15, 0.4));
    }
  }

  static void pistol(Modeller m, Genome g) {
    double barrel = g.size(0.5, 1.3);
    double high = g.size(0.12, 0.24);
    double grip = g.size(0.35, 0.6);
    double rake = g.size(0.1, 0.5);
    double wide = g.size(0.09, 0.16);
    boolean revolver = g.has(0.4);
    double body = barrel * g.size(0.35, 0.95);
    m.box(body / 2, 0, 0, body, high, wide);
    m.rod(0.5 * body, 0.2 * high, 0, barrel, 0.2 * high, 0, 0.35 * high, 0.35 * high);
    m.move(0.08, 0, 0).turnZ(-rake).box(0, -grip / 2, 0, grip * 0.42, grip, 0.9 * wide);
    if (revolver) {
      m.rod(0.3 * body, 0, 0, 0.3 * body + 0.22, 0, 0, 0.75 * high, 0.75 * high);
    }
    double guard = g.size(0.08, 0.12);
    m.move(0.3, -0.5 * high - 0.04, 0).turnX(Math.PI / 2).torus(guard, 0.015, 1);
    m.box(barrel - 0.04, 0.65 * high, 0, 0.05, 0.06, 0.02);
    m.move(-0.02, 0.5 * high, 0).turnZ(0.6).box(0, 0.04, 0, 0.05, 0.1, 0.04);
    if (g.has(0.25)) {
      double tube = g.size(0.2, 0.5);
      m.rod(barrel, 0.2 * high, 0, barrel + tube, 0.2 * high, 0, 0.5 * high, 0.5 * high);
    }
  }

  static void rifle(Modeller m, Genome g) {
    double barrel = g.size(0.6, 1.8);
    double body = g.size(0.5, 0.9);
    double stock = g.size(0.4, 0.8);
    double drop = g.size(0.05, 0.25);
    double high = g.size(0.1, 0.2);
    double wide = g.size(0.06, 0.11);
    boolean hollow = g.has(0.25);
    m.box(0, 0, 0, body, high, wide);
    m.rod(body / 2, 0.2 * high, 0, body / 2 + barrel, 0.2 * high, 0, 0.03, 0.022);
    double fore = g.size(0.2, 0.8) * barrel;
    m.box(body / 2 + fore / 2, -0.1 * high, 0, fore, 0.6 * high, wide);
    double b = -body / 2;
    double butt = g.size(0.15, 0.3);
    if (hollow) {
      m.rod(b, 0, 0, b - stock, -drop, 0, 0.025, 0.025);
      m.box(b - stock, -drop - 0.05, 0, 0.04, butt, wide);
    } else {
      double[][] outline = {
        {b, high / 2},
        {b - stock, high / 2 - drop},
        {b - stock, high / 2 - drop - butt},
        {b, -high / 2}
      };
      Sweep.extrude(m, outline, 0.8 * wide);
    }
    double grip = g.size(0.15, 0.35);
    m.move(b + 0.12, -high / 2, 0).turnZ(-0.4).box(0, -grip / 2, 0, 0.1, grip, 0.8 * wide);
    if (g.has(0.6)) {
      double clip = g.size(0.15, 0.5);
      double bend = g.size(0, 0.5);
      m.move(0.15 * body, -high / 2, 0).turnZ(bend).box(0, -clip / 2, 0, 0.12, clip, 0.7 * wide);
    }
    if (g.has(0.45)) {
      double y = 0.5 * high + 0.1;
      double scope = g.size(0.25, 0.5);
      m.rod(-scope / 2, y, 0, scope / 2, y, 0, 0.045, 0.06);
      m.box(0, 0.5 * high + 0.03, 0, 0.05, 0.1, 0.04);
    }
    m.box(body / 2 + 0.97 * barrel, 0.2 * high + 0.04, 0, 0.03, 0.07, 0.015);
    if (g.has(0.2)) {
      for (int side = -1; side <= 1; side += 2) {
        double x = body / 2 + 0.7 * barrel;
        m.rod(x, 0, 0, x + 0.1 * cos(1), -0.4, side * 0.2, 0.015, 0.015);
      }
    }
  }
}
