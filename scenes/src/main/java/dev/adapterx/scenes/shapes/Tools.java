package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Objects for the hand or the desk: tools, umbrellas, guitars, screens, springs. */
final class Tools {
  private Tools() {}

  static void hammer(Modeller m, Genome g) {
    double shaft = g.size(0.8, 1.8);
    double r = g.size(0.03, 0.07);
    double head = g.size(0.25, 0.7);
    double thick = g.size(0.06, 0.2);
    m.rod(0, 0, 0, 0, shaft, 0, r * 1.2, r);
    int kind = g.count(0, 2);
    if (kind == 0) {
      m.box(0, shaft, 0, head, thick * 1.6, thick * 1.6);
    } else if (kind == 1) {
      m.rod(-0.1, shaft, 0, head * 0.6, shaft, 0, thick, thick);
      m.rod(-0.1, shaft, 0, -head * 0.7, shaft - 0.12, 0, 0.6 * thick, 0.02);
    } else {
      m.rod(0, shaft, 0, head, shaft - 0.25 * head, 0, thick * 0.7, 0.015);
      m.rod(0, shaft, 0, -head, shaft - 0.25 * head, 0, thick * 0.7, 0.015);
    }
  }

  static void wrench(Modeller m, Genome g) {
    double shaft = g.size(0.8, 1.8);
    double wide = g.size(0.06, 0.16);
    m.box(0, 0, 0, shaft, wide, 0.05);
    boolean ring = g.has(0.5);
    for (int end = -1; end <= 1; end += 2) {
      double r = g.size(0.12, 0.26);
      boolean open = end < 0 || !ring;
      double tilt = g.size(-0.3, 0.3);
      int from = open ? 3 : 0;
      double[][] c = new double[open ? 36 : 24][];
      for (int i = 0; i < c.length; i++) {
        boolean inner = i >= 18;
        int k = inner ? c.length - 1 - i : i;
        double a = open ? Modeller.TURN * (from + k) / 23 : Modeller.TURN * i / c.length;
        double radius = open && inner ? 0.5 * r : r;
        c[i] = new double[] {radius * cos(a), radius * sin(a)};
      }
      Modeller at = m.move(end * (shaft / 2 + 0.8 * r), 0, 0).turnZ(tilt + (end < 0 ? Math.PI : 0));
      if (open) {
        Sweep.extrude(at, c, 0.08);
      } else {
        Sweep.ring(at, c, 0.55, 0.08);
      }
    }
  }

  static void shovel(Modeller m, Genome g) {
    double shaft = g.size(1, 2.2);
    double wide = g.size(0.3, 0.6);
    double blade = g.size(0.35, 0.7);
    double point = g.size(0, 0.25);
    double r = g.size(0.025, 0.045);
    m.rod(0, 0, 0, 0, shaft, 0, r, r);
    int kind = g.count(0, 2);
    if (kind == 2) {
      int tines = g.count(3, 9);
      m.box(0, 0, 0, wide, 0.05, 0.06);
      for (int i = 0; i < tines; i++) {
        double x = wide * (i / (tines - 1.0) - 0.5);
        m.rod(x, 0, 0, x, -0.7 * blade, 0.05, 0.02, 0.012);
      }
    } else {
      double[][] outline = {
        {-wide / 2, 0}, {-wide / 2, -blade}, {0, -blade - point}, {wide / 2, -blade}, {wide / 2, 0}
      };
      Sweep.extrude(m.turnX(g.size(-0.3, 0.3)), outline, 0.03);
    }
    if (kind == 1) {
      m.rod(-0.15, shaft, 0, 0.15, shaft, 0, r, r);
    }
  }

  /** Screwdrivers, pens, brushes, torches: coaxial rods along x. */
  static void driver(Modeller m, Genome g) {
    int parts = g.count(2, 5);
    double x = 0;
    double r = g.size(0.08, 0.16);
    for (int i = 0; i < parts; i++) {
      double length = g.size(0.1, 0.8);
      double end = g.size(0.02, 0.18);
      m.rod(x, 0, 0, x + length, 0, 0, r, end);
      x += length;
      r = end * (g.has(0.5) ? 1 : g.size(0.4, 1.5));
    }
  }

  static void umbrella(Modeller m, Genome g) {
    double r = g.size(0.6, 1.2);
    double deep = g.size(0.2, 0.7);
    double shaft = g.size(0.9, 1.8);
    int ribs = g.count(6, 10);
    double[] radius = new double[8];
    double[] height = new double[8];
    for (int i = 0; i < 8; i++) {
      double a = 0.5 * Math.PI * i / 7;
      radius[i] = r * sin(a);
      height[i] = shaft - deep * (1 - cos(a));
    }
    m.lathe(radius, height, ribs);
    m.rod(0, 0, 0, 0, shaft + 0.12, 0, 0.025, 0.02);
    if (g.has(0.6)) {
      double hook = g.size(0.06, 0.15);
      m.move(hook, 0, 0).turnX(-Math.PI / 2).scale(1, 1, -1).torus(hook, 0.03, 0.5);
    } else {
      m.column(0, -0.05, 0, 0.4, 0.35, 0.06);
    }
  }

  static void guitar(Modeller m, Genome g) {
    double low = g.size(0.35, 0.5);
    double high = low * g.size(0.6, 0.9);
    double waist = g.size(0.5, 0.85);
    double deep = g.size(0.06, 0.25);
    int n = 28;
    double[][] outline = new double[n][];
    for (int i = 0; i < n; i++) {
      double a = Modeller.TURN * i / n;
      double r = (sin(a) > 0 ? high : low) * (1 - (1 - waist) * cos(a) * cos(a) * cos(a) * cos(a));
      outline[i] = new double[] {r * cos(a), 1.25 * r * sin(a)};
    }
    Sweep.extrude(m, outline, deep);
    double neck = g.size(0.6, 1.1);
    m.post(0, high, deep / 2, 0.1, neck, 0.06);
    double peg = g.size(0.12, 0.3);
    m.move(0, high + neck, deep / 2).turnX(-0.2).post(0, 0, 0, 0.16, peg, 0.05);
    for (int i = 0; i < 3; i++) {
      m.box(0, high + neck + peg * (i + 0.5) / 3, deep / 2, 0.28, 0.03, 0.03);
    }
    m.box(0, -0.4 * low, deep / 2, 0.25, 0.05, 0.06);
  }

  /** Laptops, monitors, televisions, signs. */
  static void screen(Modeller m, Genome g) {
    double wide = g.size(0.8, 1.6);
    double high = wide * g.size(0.5, 0.85);
    double thick = g.size(0.03, 0.12);
    double tilt = g.size(0, 0.5);
    int kind = g.count(0, 3);
    if (kind == 0) {
      m.box(0, 0, high / 2, wide, thick, high);
      m.turnX(-tilt).post(0, 0, 0, wide, high, thick);
      return;
    }
    double lift = kind == 3 ? g.size(0.8, 2) : g.size(0.1, 0.4);
    double back = kind == 1 ? g.size(0.2, 0.9) * wide : 0;
    m.move(0, lift, 0).turnX(-tilt * 0.3).post(0, 0, 0, wide, high, thick);
    if (back > 0) {
      m.move(0, lift + high / 2, -thick / 2)
          .turnX(-Math.PI / 2)
          .pyramid(0, 0.95 * wide, back, 0.95 * high, 0.6, 0.6);
    }
    m.post(0, 0, -0.03, kind == 3 ? 0.06 : 0.15, lift, 0.06);
    m.post(0, 0, 0, 0.45 * wide, 0.03, 0.35 * wide);
    if (kind == 2 && g.has(0.6)) {
      m.box(0, 0.02, 0.5 * wide, 0.9 * wide, 0.04, 0.3 * wide);
      m.post(0.8 * wide, 0, 0, 0.3 * wide, 0.9 * high, 0.7 * wide);
    }
  }

  static void spring(Modeller m, Genome g) {
    double turns = g.size(1.5, 6);
    double high = g.size(0.4, 2.5);
    double radius = g.size(0.3, 0.7);
    double cone = g.size(-0.5, 0.5);
    double thick = g.size(0.03, 0.12);
    int n = (int) (turns * 14);
    double[][] path = new double[n][];
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      double a = Modeller.TURN * turns * t;
      double r = radius * (1 + cone * (t - 0.5));
      path[i] = new double[] {r * cos(a), high * t, r * sin(a)};
    }
    Sweep.tube(m, path, i -> thick, 6);
  }

  static void ladder(Modeller m, Genome g) {
    int rungs = g.count(4, 10);
    double high = g.size(1.5, 3);
    double wide = g.size(0.3, 0.8);
    double narrow = wide * g.size(0.5, 1);
    double r = g.size(0.02, 0.05);
    boolean folding = g.has(0.4);
    double lean = folding ? g.size(0.15, 0.4) : 0;
    int legs = folding ? 2 : 1;
    for (int k = 0; k < legs; k++) {
      Modeller side = m.move(0, high, 0).turnZ(k == 0 ? lean : -lean).move(0, -high, 0);
      side.rod(0, 0, -wide / 2, 0, high, -narrow / 2, r, r);
      side.rod(0, 0, wide / 2, 0, high, narrow / 2, r, r);
      for (int i = 0; i < rungs; i++) {
        double t = (i + 0.5) / rungs;
        double z = (wide + (narrow - wide) * t) / 2;
        side.rod(0, high * t, -z, 0, high * t, z, 0.8 * r, 0.8 * r);
      }
    }
  }

  /** Spectacles, scissors-like pairs of rings on stems. */
  static void spectacles(Modeller m, Genome g) {
    double r = g.size(0.2, 0.35);
    double squash = g.size(0.6, 1.1);
    double thick = g.size(0.015, 0.04);
    double apart = g.size(1.1, 1.4) * r;
    double temple = g.size(0.6, 1.1);
    boolean glass = g.has(0.4);
    for (int side = -1; side <= 1; side += 2) {
      Modeller rim = m.move(0, 0, side * apart).turnZ(Math.PI / 2).scale(squash, 1, 1);
      rim.torus(r, thick, 1);
      if (glass) {
        rim.column(0, -0.01, 0, r, r, 0.02);
      }
      double z = side * (apart + r);
      m.rod(0, 0, z, -temple, 0, z * 0.95, thick, thick);
      m.rod(-temple, 0, z * 0.95, -temple - 0.15, -0.18, z * 0.95, thick, thick);
    }
    m.rod(0, 0, r - apart, 0, 0, apart - r, thick, thick);
  }
}
