package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.pow;
import static java.lang.StrictMath.sin;
import static java.lang.StrictMath.tan;

/** Rockets, which are upright, and fictional spaceships, which face x. */
final class Spacecraft {
  private Spacecraft() {}

  static void rocket(Modeller m, Genome g) {
    double high = g.size(2.5, 5);
    double r = g.size(0.2, 0.5);
    double cone = g.size(0.15, 0.45);
    int rings = 12;
    double power = g.size(0.5, 1);
    double[] radius = new double[rings + 1];
    double[] height = new double[rings + 1];
    double hips = g.size(0.5, 1.1);
    for (int i = 0; i < rings; i++) {
      double t = i / (rings - 1.0);
      double fat = t < 1 - cone ? hips + (1 - hips) * sin(0.5 * Math.PI * t / (1 - cone)) : 0;
      double s = (1 - t) / cone;
      radius[i + 1] = r * (t < 1 - cone ? fat : pow(Math.max(0, s), power));
      height[i + 1] = high * t;
    }
    m.lathe(radius, height, 20);
    int fins = g.count(2, 6);
    double fin = g.size(0.4, 1.2);
    double chord = g.size(0.4, 1.2);
    double back = g.size(-0.2, 0.8);
    for (int k = 0; k < fins; k++) {
      Modeller side = m.turnY(Modeller.TURN * k / fins);
      Aircraft.wing(
          side.move(0, 0.6 * chord, 0.6 * r).turnZ(Math.PI / 2),
          chord,
          0.4 * chord,
          fin,
          back,
          0,
          false);
    }
    int boosters = g.has(0.3) ? g.count(2, 4) : 0;
    for (int k = 0; k < boosters; k++) {
      double a = Modeller.TURN * (k + 0.5) / boosters;
      double x = 1.5 * r * cos(a);
      double z = 1.5 * r * sin(a);
      m.column(x, 0, z, 0.5 * r, 0.5 * r, 0.5 * high);
      m.column(x, 0.5 * high, z, 0.5 * r, 0.02, r);
    }
    if (g.has(0.5)) {
      m.column(0, -0.3, 0, 0.8 * r, 0.4 * r, 0.3);
    }
  }

  /** Flat craft: a swept body, pods, a dish or fins, like fictional spaceships. */
  static void spacecraft(Modeller m, Genome g) {
    double length = g.size(2, 5);
    double wide = g.size(0.1, 0.4) * length;
    double deep = g.size(0.06, 0.2) * length;
    double square = g.size(1, 5);
    int n = g.count(4, 7);
    double[][] stations = new double[n][];
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      double w = g.size(0.25, 1) * (i == n - 1 ? 0.3 : 1);
      stations[i] = new double[] {length * (t - 0.5), 0, deep * w, wide * w};
    }
    Sweep.loft(m, stations, square);
    double sweep = g.size(-0.2, 0.9);
    double span = g.size(0.2, 0.7) * length;
    double lean = g.size(-0.6, 0.6);
    int layers = g.count(1, 2);
    for (int i = 0; i < layers; i++) {
      double up = layers == 1 ? lean : (i == 0 ? 0.4 : -0.4);
      Modeller at = m.move(-0.15 * length, 0, 0);
      Aircraft.wing(at, 0.35 * length, 0.1 * length, span, sweep * span, up * span, true);
    }
    if (g.has(0.6)) {
      double pod = g.size(0.05, 0.12) * length;
      double y = lean * 0.6 * span;
      for (int side = -1; side <= 1; side += 2) {
        double z = side * 0.7 * span;
        m.rod(-0.45 * length, y, z, 0.05 * length, y, z, 0.7 * pod, pod);
      }
    }
    if (g.has(0.35)) {
      m.column(0.1 * length, 0, 0, 0.35 * length, 0.3 * length, 0.12 * length * tan(0.5));
    }
    m.ball(0.2 * length, deep, 0, 0.12 * length, 0.6 * deep, 0.3 * wide);
  }
}
