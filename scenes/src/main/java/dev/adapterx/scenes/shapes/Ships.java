package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.pow;

/** Ships with superstructures, sailing ships, submarines; the bow is at x. */
final class Ships {
  private Ships() {}

  private static void hull(
      Modeller m, double length, double beam, double deep, double bow, double sheer) {
    int n = 13;
    int across = 8;
    m.surface().beginSkin();
    int previous = -1;
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      double full = t < 0.5 ? 1 - 0.35 * pow(1 - 2 * t, 2) : 1 - pow(2 * t - 1, bow);
      double rise = sheer * (2 * t - 1) * (2 * t - 1);
      int first = -1;
      for (int j = 0; j <= across; j++) {
        double a = Math.PI * j / across;
        double z = Sweep.power(StrictMath.cos(a), 0.6) * full * beam / 2;
        double y = rise - Sweep.power(StrictMath.sin(a), 0.6) * deep * (0.6 + 0.4 * full);
        int v = m.vertex(length * (t - 0.5) + (t > 0.9 ? 0.1 * y : 0), y, z);
        first = j == 0 ? v : first;
      }
      if (i > 0) {
        for (int j = 0; j < across; j++) {
          m.surface().quad(previous + j, previous + j + 1, first + j + 1, first + j);
        }
        m.surface().quad(previous, previous + across, first + across, first);
      } else {
        for (int j = 1; j < across; j++) {
          m.surface().triangle(first, first + j, first + j + 1);
        }
      }
      previous = first;
    }
  }

  static void ship(Modeller m, Genome g) {
    double length = g.size(4, 8);
    double beam = g.size(0.12, 0.26) * length;
    double deep = g.size(0.06, 0.14) * length;
    hull(m, length, beam, deep, g.size(1.5, 5), g.size(0, 0.06) * length);
    int decks = g.count(1, 4);
    double at = g.size(-0.35, 0.2) * length;
    double long0 = g.size(0.12, 0.6) * length;
    double storey = g.size(0.03, 0.07) * length;
    double shrink = g.size(0.6, 0.95);
    double y = 0;
    double along = Math.min(long0, 2 * (0.45 * length - Math.abs(at)));
    for (int i = 0; i < decks; i++) {
      m.post(at, y, 0, along, storey, 0.75 * beam * pow(0.9, i));
      y += storey;
      along *= shrink;
    }
    int funnels = g.count(0, 3);
    for (int i = 0; i < funnels; i++) {
      double x = at + along * ((i + 0.5) / funnels - 0.5);
      m.column(x, y, 0, 0.12 * beam, 0.1 * beam, 0.09 * length);
    }
    int masts = g.count(0, 2);
    for (int i = 0; i < masts; i++) {
      double x = length * (0.3 - 0.45 * i);
      m.rod(x, 0, 0, x, 0.22 * length, 0, 0.012 * length, 0.006 * length);
      m.box(x, 0.15 * length, 0, 0.02 * length, 0.01 * length, 0.4 * beam);
    }
    int turrets = g.has(0.4) ? g.count(1, 3) : 0;
    for (int i = 0; i < turrets; i++) {
      double x = length * (0.34 - 0.1 * i);
      m.column(x, 0, 0, 0.17 * beam, 0.15 * beam, storey);
      m.rod(x, 0.6 * storey, 0, x + 0.12 * length, storey, 0, 0.03 * beam, 0.02 * beam);
    }
    int crates = g.has(0.3) ? g.count(2, 5) : 0;
    for (int i = 0; i < crates; i++) {
      m.post(length * (0.35 - 0.11 * i), 0, 0, 0.1 * length, storey * 1.5, 0.7 * beam);
    }
  }

  static void sailer(Modeller m, Genome g) {
    double length = g.size(3, 6);
    double beam = g.size(0.2, 0.34) * length;
    hull(m, length, beam, g.size(0.08, 0.16) * length, g.size(1.5, 3), g.size(0.02, 0.1) * length);
    int masts = g.count(1, 3);
    boolean square = g.has(0.45);
    int yards = g.count(2, 4);
    double tall = g.size(0.7, 1.3) * length;
    double belly = g.size(0, 0.12) * length;
    for (int i = 0; i < masts; i++) {
      double x = length * (0.7 * (i + 0.5) / masts - 0.32);
      double high = tall * (1 - 0.15 * Math.abs(i - (masts - 1) / 2.0));
      m.rod(x, -0.05, 0, x, high, 0, 0.02 * length, 0.008 * length);
      if (square) {
        for (int k = 0; k < yards; k++) {
          double y0 = high * (0.2 + 0.75 * k / yards);
          double wide = beam * (1.5 - 0.8 * k / yards);
          sheet(m, x, y0, wide, 0.65 * high / yards, belly);
        }
      } else {
        double boom = Math.min(0.6 * length / masts, 0.45 * length);
        triangleSail(m, x, 0.12 * high, boom, high, belly);
      }
    }
    if (g.has(0.6)) {
      m.rod(0.45 * length, 0.03, 0, 0.7 * length, 0.12 * length, 0, 0.012 * length, 0.006 * length);
      if (!square) {
        triangleSail(m.scale(-1, 1, 1), -0.25 * length, 0.1, -0.35 * length, 0.7 * tall, belly);
      }
    }
    if (g.has(0.4)) {
      m.post(-0.38 * length, 0, 0, 0.2 * length, 0.09 * length, 0.7 * beam);
    }
  }

  private static void sheet(
      Modeller m, double x, double y, double wide, double high, double belly) {
    m.surface().beginSkin();
    int previous = -1;
    for (int i = 0; i <= 4; i++) {
      double s = i / 4.0;
      int first = -1;
      for (int j = 0; j <= 4; j++) {
        double out = belly * 16 * s * (1 - s) * (j / 4.0) * (1 - j / 4.0);
        int v = m.vertex(x + out, y + high * s, wide * (j / 4.0 - 0.5) * (1 - 0.2 * s));
        first = j == 0 ? v : first;
      }
      for (int j = 0; i > 0 && j < 4; j++) {
        m.surface().quad(previous + j, previous + j + 1, first + j + 1, first + j);
      }
      previous = first;
    }
  }

  private static void triangleSail(
      Modeller m, double x, double y, double boom, double top, double belly) {
    m.surface().beginSkin();
    int a = m.vertex(x, y, 0);
    int b = m.vertex(x - boom, y, 0);
    int c = m.vertex(x, top, 0);
    int d = m.vertex(x - boom / 3, y + (top - y) / 3, belly);
    m.surface().triangle(a, b, d);
    m.surface().triangle(b, c, d);
    m.surface().triangle(c, a, d);
  }

  static void submarine(Modeller m, Genome g) {
    double length = g.size(4, 7);
    double r = g.size(0.05, 0.12) * length;
    double l = length / 2;
    double[][] stations = new double[9][];
    double blunt = g.size(0.3, 0.7);
    for (int i = 0; i < 9; i++) {
      double t = i / 4.0 - 1;
      double fat = r * pow(Math.max(0, 1 - t * t), t < 0 ? 1 : blunt);
      stations[i] = new double[] {l * t, 0, Math.max(0.01, fat), Math.max(0.01, fat)};
    }
    Sweep.loft(m, stations, 2);
    double sail = g.size(-0.1, 0.4) * l;
    m.scale(1, 1, 0.35).column(sail, 0.8 * r, 0, 0.9 * r, 0.75 * r, g.size(0.7, 1.8) * r);
    m.rod(sail, r, 0, sail, r + g.size(1, 3) * r, 0, 0.06 * r, 0.06 * r);
    double fin = g.size(1.2, 2.4) * r;
    m.box(-0.85 * l, 0, 0, 0.12 * l, 0.05 * r, 2 * fin);
    m.box(-0.85 * l, 0, 0, 0.12 * l, 2 * fin, 0.05 * r);
    if (g.has(0.5)) {
      m.box(sail, 1.3 * r, 0, 0.1 * l, 0.05 * r, 3 * r);
    }
  }
}
