package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.sin;

/** Fish and whales: a bent hull with fins; the head is at x. */
final class Fishes {
  private Fishes() {}

  static void fish(Modeller m, Genome g) {
    double length = g.size(1.2, 2.4);
    double high = g.size(0.15, 0.55);
    double wide = g.size(0.08, 0.3);
    double front = g.size(0.5, 0.9);
    double wave = g.free(-0.25, 0.25);
    int n = 11;
    double[][] stations = new double[n][];
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      double fat = sin(Math.PI * StrictMath.pow(t, front)) * (0.4 + 0.6 * t) + 0.04;
      stations[i] = new double[] {length * (t - 0.5), 0, high * fat, wide * fat};
    }
    Sweep.loft(m, stations, 2);
    boolean flat = g.has(0.35);
    double fin = g.size(0.15, 0.5);
    double fork = g.size(0.3, 0.9);
    Modeller tail = m.move(-0.47 * length, 0, 0).turnX(flat ? Math.PI / 2 : 0);
    for (int side = -1; side <= 1; side += 2) {
      plate(tail, -fork * fin, side * fin, 0.35 * fin);
      double z = side * 0.6 * wide;
      plate(
          m.move(0.15 * length, -0.3 * high, z).turnX(side * 1.1 + Math.PI), -0.3, 0.9 * fin, 0.3);
    }
    plate(m.move(0.05 * length, 0.8 * high, 0), -0.4 * fin, fin, g.size(0.2, 0.6));
    m.surface().warp(p -> p[2] += wave * (p[0] - 0.5) * (p[0] - 0.5));
  }

  /** A fin in the plane of x and y: a base along x, a tip behind. */
  private static void plate(Modeller m, double back, double tip, double base) {
    m.surface().beginSkin();
    int a = m.vertex(base / 2, 0, 0);
    int b = m.vertex(back, tip, 0);
    int c = m.vertex(-base / 2, 0, 0);
    int d = m.vertex(back - 0.2 * base, tip, 0);
    m.surface().quad(a, b, d, c);
  }
}
