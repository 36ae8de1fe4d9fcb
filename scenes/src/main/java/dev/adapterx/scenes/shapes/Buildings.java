package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Houses, towers, cities, churches, castles, bridges, stairs. */
final class Buildings {
  private Buildings() {}

  /** A gabled or hipped roof on {@code y}, its ridge along x. */
  private static void roof(
      Modeller m, double y, double width, double height, double depth, double ridge) {
    m.pyramid(y, width, height, depth, ridge, 0.01);
  }

  static void house(Modeller m, Genome g) {
    double width = g.size(1, 2.6);
    double depth = g.size(0.8, 1.5);
    double high = g.size(0.5, 1.6);
    double pitch = g.size(0.15, 1);
    double ridge = g.has(0.6) ? 1 : g.size(0, 0.6);
    double eaves = g.size(1, 1.2);
    m.post(0, 0, 0, width, high, depth);
    roof(m, high, width * eaves, pitch, depth * eaves, ridge);
    if (g.has(0.5)) {
      double wing = g.size(0.4, 0.9);
      double side = g.size(-0.5, 0.5) * (width - wing);
      double out = g.size(0.4, 1) + depth / 2;
      m.post(side, 0, out / 2, wing, 0.9 * high, out);
      roof(
          m.move(side, 0, out / 2).turnY(Math.PI / 2), 0.9 * high, out, 0.7 * pitch, wing * 1.1, 1);
    }
    int chimneys = g.count(0, 2);
    for (int i = 0; i < chimneys; i++) {
      double x = width * (i == 0 ? 0.3 : -0.35);
      m.post(x, high, 0.15 * depth, 0.15, pitch * 1.25, 0.15);
    }
    int windows = g.count(0, 4);
    for (int i = 0; i < windows; i++) {
      double x = width * ((i + 0.5) / windows - 0.5);
      m.box(x, 0.6 * high, depth / 2, 0.18, 0.25, 0.06);
      m.box(x, 0.6 * high, -depth / 2, 0.18, 0.25, 0.06);
    }
    if (g.has(0.3)) {
      int posts = g.count(2, 5);
      double out = g.size(0.25, 0.5);
      m.box(0, 0.7 * high, depth / 2 + out / 2, width, 0.06, out);
      for (int i = 0; i < posts; i++) {
        double x = 0.95 * width * (i / (posts - 1.0) - 0.5);
        m.post(x, 0, depth / 2 + out, 0.06, 0.7 * high, 0.06);
      }
    }
    m.post(g.size(-0.3, 0.3) * width, 0, depth / 2, 0.25, 0.5 * high, 0.08);
  }

  static void tower(Modeller m, Genome g) {
    int tiers = g.count(1, 5);
    boolean round = g.has(0.3);
    double width = g.size(0.5, 1.1);
    double deep = g.size(0.6, 1);
    double shrink = g.size(0.6, 0.98);
    double y = 0;
    for (int i = 0; i < tiers; i++) {
      double high = g.size(0.4, 2);
      if (round) {
        m.column(0, y, 0, width / 2, width / 2 * shrink, high);
      } else {
        m.post(0, y, 0, width, high, width * deep);
      }
      if (i % 2 == 1) {
        m.post(0, y, 0, width * 1.15, 0.06, width * 1.15);
      }
      y += high;
      width *= shrink;
    }
    switch (g.count(0, 3)) {
      case 0 -> m.column(0, y, 0, 0.04, 0.02, g.size(0.3, 1.2));
      case 1 -> m.pyramid(y, 1.1 * width, g.size(0.2, 1), 1.1 * width * deep, 0.02, 0.02);
      case 2 -> m.ball(0, y, 0, width / 2, g.size(0.15, 0.5), width / 2);
      default -> m.post(0.15 * width, y, 0, 0.3 * width, 0.2, 0.3 * width);
    }
    int annexes = g.count(0, 2);
    for (int i = 0; i < annexes; i++) {
      m.post((i == 0 ? 1 : -1) * 0.6, 0, 0, 0.7, g.size(0.2, 1), 0.8);
    }
  }

  static void city(Modeller m, Genome g) {
    int across = g.count(2, 5);
    int along = g.count(2, 5);
    double fill = g.size(0.4, 0.85);
    double tall = g.size(0.5, 3);
    double even = g.size(0, 1);
    boolean ground = g.has(0.6);
    boolean peaked = g.has(0.3);
    double centre = g.has(0.5) ? g.size(1, 3) : 0;
    for (int i = 0; i < across; i++) {
      for (int j = 0; j < along; j++) {
        double x = i - (across - 1) / 2.0;
        double z = j - (along - 1) / 2.0;
        double near = StrictMath.exp(-(x * x + z * z));
        double high = tall * (even + (1 - even) * g.free(0.1, 1.4)) * 0.6 + centre * near;
        double w = fill * g.free(0.75, 1.1);
        m.post(x, 0, z, w, high, fill * g.free(0.75, 1.1));
        if (peaked) {
          m.move(x, 0, z).pyramid(high, w, 0.3, w, 0.05, 0.05);
        }
      }
    }
    if (ground) {
      m.box(0, -0.03, 0, across, 0.06, along);
    }
  }

  static void church(Modeller m, Genome g) {
    double nave = g.size(1.4, 2.8);
    double wide = g.size(0.6, 1);
    double high = g.size(0.6, 1.2);
    double pitch = g.size(0.3, 0.9);
    m.post(0, 0, 0, nave, high, wide);
    roof(m, high, nave, pitch, wide * 1.08, 1);
    boolean transept = g.has(0.5);
    double cross = g.size(1.2, 2);
    if (transept) {
      double x = -0.2 * nave;
      m.post(x, 0, 0, 0.6, high, cross);
      roof(m.move(x, 0, 0).turnY(Math.PI / 2), high, cross, pitch, 0.65, 1);
    }
    int towers = g.count(1, 2);
    double tall = high + g.size(0.5, 1.6);
    double base = g.size(0.3, 0.5);
    double spire = g.size(0.3, 1.5);
    boolean dome = g.has(0.25);
    for (int i = 0; i < towers; i++) {
      double z = towers == 1 ? 0 : (i - 0.5) * 0.9 * wide;
      Modeller at = m.move(nave / 2, 0, z);
      at.post(0, 0, 0, base, tall, base);
      if (dome) {
        at.ball(0, tall, 0, 0.55 * base, 0.6 * base, 0.55 * base);
      } else {
        at.pyramid(tall, 1.05 * base, spire, 1.05 * base, 0.02, 0.02);
      }
    }
    if (g.has(0.4)) {
      m.column(-nave / 2, 0, 0, 0.45 * wide, 0.45 * wide, 0.9 * high);
    }
  }

  /** Round towers joined by walls, with battlements, about a keep. */
  static void castle(Modeller m, Genome g) {
    int corners = g.count(3, 6);
    double radius = g.size(0.9, 1.6);
    double tower = g.size(0.15, 0.35);
    double high = g.size(0.7, 1.6);
    double wall = high * g.size(0.4, 0.8);
    double cone = g.has(0.5) ? g.size(0.3, 0.9) : 0;
    double merlon = g.size(0.08, 0.15);
    for (int k = 0; k < corners; k++) {
      double a = Modeller.TURN * k / corners;
      double x = radius * cos(a);
      double z = radius * sin(a);
      m.column(x, 0, z, tower, tower, high);
      if (cone > 0) {
        m.column(x, high, z, 1.2 * tower, 0.01, cone);
      }
      double middle = radius * cos(Math.PI / corners);
      double length = 2 * radius * sin(Math.PI / corners);
      Modeller side = m.turnY(-a - Math.PI / corners).move(middle, 0, 0);
      side.post(0, 0, 0, 0.12, wall, length);
      for (int i = 0; i < 4; i++) {
        side.post(0, wall, length * ((i + 0.5) / 4 - 0.5), 0.12, merlon, merlon);
      }
    }
    if (g.has(0.7)) {
      double keep = g.size(0.3, 0.7);
      m.post(0, 0, 0, keep, 1.4 * high, keep);
      m.pyramid(1.4 * high, 1.2 * keep, 0.3, 1.2 * keep, g.has(0.5) ? 0.02 : 0.9, 0.02);
    }
  }

  static void bridge(Modeller m, Genome g) {
    double length = g.size(3, 5);
    double wide = g.size(0.3, 0.8);
    double high = g.size(0.4, 1);
    m.box(0, high, 0, length, 0.08, wide);
    int kind = g.count(0, 2);
    int spans = kind == 1 ? 2 : g.count(2, 5);
    double rise = g.size(0.5, 1.4);
    for (int i = 0; i <= spans; i++) {
      double x = length * 0.9 * (i / (double) spans - 0.5);
      m.post(x, 0, 0, 0.12, kind == 1 && i != 1 ? high + rise : high, wide * 0.9);
    }
    for (int side = -1; side <= 1 && kind != 0; side += 2) {
      double z = side * wide / 2;
      double[][] arch = new double[17][];
      for (int i = 0; i < 17; i++) {
        double t = i / 8.0 - 1;
        double y = kind == 1 ? high + 0.1 + (rise - 0.1) * t * t : high + rise * (1 - t * t);
        arch[i] = new double[] {0.45 * length * t, y, z};
        if (i % 2 == 0) {
          m.rod(arch[i][0], high, z, arch[i][0], y, z, 0.02, 0.02);
        }
      }
      Sweep.tube(m, arch, i -> 0.04, 6);
    }
    if (kind == 0) {
      boolean rails = g.has(0.6);
      for (int side = -1; side <= 1 && rails; side += 2) {
        m.box(0, high + 0.2, side * wide / 2, length, 0.04, 0.04);
        for (int i = 0; i < 9; i++) {
          m.post(length * (i / 8.0 - 0.5), high, side * wide / 2, 0.03, 0.2, 0.03);
        }
      }
    }
  }

  static void stairs(Modeller m, Genome g) {
    int steps = g.count(4, 12);
    double wide = g.size(0.5, 1.6);
    double tread = g.size(0.15, 0.4);
    double rise = g.size(0.1, 0.3);
    boolean solid = g.has(0.5);
    boolean spiral = g.has(0.3);
    boolean rail = g.has(0.5);
    double turn = g.size(0.2, 0.5);
    for (int i = 0; i < steps; i++) {
      Modeller at = spiral ? m.turnY(turn * i).move(0, 0, wide / 2) : m.move(tread * i, 0, 0);
      at.post(0, solid ? 0 : rise * i, 0, tread, solid ? rise * (i + 1) : 0.05, wide);
      if (rail) {
        at.post(0, rise * (i + 1), 0.47 * wide, 0.03, 0.6, 0.03);
        at.box(0, rise * (i + 1) + 0.6, 0.47 * wide, tread, 0.05, 0.05);
      }
    }
    if (spiral) {
      m.column(0, 0, 0, 0.06, 0.06, rise * steps + 0.5);
    }
  }
}
