package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.pow;
import static java.lang.StrictMath.sin;

/** Turned objects: vases, bottles, mugs, goblets, columns. */
final class Turnings {
  private static final int SIDES = 24;

  private Turnings() {}

  static void vase(Modeller m, Genome g) {
    int rings = 16;
    double foot = g.size(0.25, 0.6);
    double belly = g.size(0.1, 0.9);
    double where = g.size(0.6, 1.6);
    double neck = g.size(-0.3, 0.3);
    double waist = g.size(-0.05, 0.4);
    double high = g.size(1.2, 3.2);
    double[] radius = new double[2 * rings + 1];
    double[] height = new double[2 * rings + 1];
    for (int i = 0; i < rings; i++) {
      double t = i / (double) (rings - 1);
      radius[i + 1] =
          Math.max(
              0.12, foot + belly * sin(Math.PI * pow(t, where)) + neck * t * t - waist * pulse(t));
      height[i + 1] = high * t;
      radius[2 * rings - i] = Math.max(0.01, radius[i + 1] - 0.05);
      height[2 * rings - i] = Math.max(0.06, height[i + 1]);
    }
    m.lathe(radius, height, SIDES);
    int handles = g.has(0.4) ? g.count(1, 2) : 0;
    double from = g.size(0.15, 0.4);
    double to = g.size(0.6, 0.9);
    double out = g.size(0.2, 0.5);
    for (int k = 0; k < handles; k++) {
      double low = radius[1 + (int) (from * (rings - 1))];
      double top = radius[1 + (int) (to * (rings - 1))];
      handle(m.turnY(Math.PI * k), low, from * high, top, to * high, out);
    }
  }

  /** A dent below the rim: 1 at t = 0.78, 0 from 0.2 away. */
  private static double pulse(double t) {
    double d = (t - 0.78) / 0.2;
    return Math.max(0, 1 - d * d);
  }

  /** A handle between two points on the side, towards x. */
  private static void handle(Modeller m, double r0, double y0, double r1, double y1, double out) {
    double[][] path = new double[9][];
    for (int i = 0; i < path.length; i++) {
      double t = i / 8.0;
      double r = r0 + (r1 - r0) * t + out * sin(Math.PI * t);
      path[i] = new double[] {r, y0 + (y1 - y0) * t, 0};
    }
    Sweep.tube(m, path, i -> 0.06, 6);
  }

  static void bottle(Modeller m, Genome g) {
    double body = g.size(0.3, 0.7);
    double high = g.size(0.8, 2);
    double shoulder = g.size(0.1, 0.6);
    double neck = body * g.size(0.2, 0.55);
    double tall = g.size(0.2, 0.9);
    boolean cap = g.has(0.5);
    double y1 = high + shoulder;
    double y2 = y1 + tall;
    double mid = (body + neck) / 2;
    double[] radius = {0, body * 0.9, body, body, mid + 0.2 * (body - mid), mid, neck, neck, 0};
    double[] height = {0, 0, 0.08, high, high + shoulder / 3, high + shoulder / 2, y1, y2, y2};
    double flat = g.has(0.3) ? g.size(0.4, 0.8) : 1;
    m.scale(1, 1, flat).lathe(radius, height, SIDES);
    if (cap) {
      m.column(0, y2, 0, neck * 1.25, neck * 1.2, 0.15 + 0.1 * tall);
    }
  }

  static void mug(Modeller m, Genome g) {
    double radius = g.size(0.35, 0.8);
    double high = g.size(0.6, 1.6);
    double flare = g.size(0.8, 1.4);
    double rim = radius * flare;
    m.lathe(
        new double[] {0, radius, rim, rim - 0.06, radius - 0.06, 0},
        new double[] {0, 0, high, high, 0.08, 0.08},
        SIDES);
    if (g.has(0.8)) {
      double y0 = high * g.size(0.12, 0.3);
      double y1 = high * g.size(0.7, 0.9);
      double r0 = radius + (rim - radius) * y0 / high;
      double r1 = radius + (rim - radius) * y1 / high;
      handle(m, r0, y0, r1, y1, g.size(0.25, 0.5));
    }
    if (g.has(0.3)) {
      double lean = g.size(0.3, 0.8);
      m.rod(-radius, 0.35 * high, 0, -radius - lean, high, 0, 0.12, 0.07);
      m.lathe(
          new double[] {rim, 0.4 * rim, 0.1, 0},
          new double[] {high, 1.2 * high, 1.3 * high, 1.32 * high},
          SIDES);
    }
  }

  static void goblet(Modeller m, Genome g) {
    double foot = g.size(0.3, 0.7);
    double stem = g.size(0.05, 0.15);
    double tall = g.size(0.2, 1.4);
    double bowl = g.size(0.35, 1);
    double deep = g.size(0.4, 1.2);
    double open = g.size(0.7, 1.1);
    int rings = 8;
    double[] radius = new double[4 + 2 * rings];
    double[] height = new double[4 + 2 * rings];
    double[] footR = {0, foot, stem, stem};
    double[] footY = {0, 0, 0.12, tall};
    System.arraycopy(footR, 0, radius, 0, 4);
    System.arraycopy(footY, 0, height, 0, 4);
    for (int i = 0; i < rings; i++) {
      double t = i / (double) (rings - 1);
      double angle = 0.5 * Math.PI * t;
      double r = Math.max(stem, bowl * sin(angle) * (1 + (open - 1) * t * t));
      radius[4 + i] = r;
      height[4 + i] = tall + deep * (1 - cos(angle));
      radius[3 + 2 * rings - i] = Math.max(0, r - 0.04);
      height[3 + 2 * rings - i] = height[4 + i] + (i == rings - 1 ? 0 : 0.04);
    }
    m.lathe(radius, height, SIDES);
  }

  /** Columns, chess men, balusters: a profile of coves, beads and cylinders. */
  static void column(Modeller m, Genome g) {
    int beads = g.count(3, 7);
    double shaft = g.size(0.15, 0.5);
    double foot = g.size(1.2, 2.5) * shaft;
    double y = 0.15;
    m.column(0, 0, 0, foot, foot, y);
    for (int i = 0; i < beads; i++) {
      double height = g.size(0.1, 0.7);
      double r = shaft * g.size(0.6, 1.5);
      double top = r * g.size(0.5, 1.2);
      int kind = g.count(0, 2);
      switch (kind) {
        case 0 -> m.column(0, y, 0, r, top, height);
        case 1 -> m.ball(0, y + height / 2, 0, r, height * 0.55, r);
        default ->
            m.lathe(
                new double[] {r, 0.75 * r, 0.6 * r, 0.75 * r, r},
                new double[] {y, y + height / 4, y + height / 2, y + 0.75 * height, y + height},
                SIDES);
      }
      y += height;
    }
    boolean round = g.has(0.4);
    double end = shaft * g.size(0.8, 1.8);
    if (round) {
      m.ball(0, y + 0.8 * end, 0, end);
    } else {
      m.box(0, y + 0.1, 0, 2 * end, 0.2, 2 * end);
    }
  }
}
