package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Tables, chairs, shelves, beds, sofas, lamps. */
final class Furniture {
  private Furniture() {}

  static void table(Modeller m, Genome g) {
    boolean round = g.has(0.35);
    double width = g.size(0.9, 2.4);
    double depth = g.size(0.7, 1.3);
    double height = g.size(0.4, 1.1);
    double thick = g.size(0.04, 0.12);
    if (round) {
      m.scale(width / 2, 1, depth / 2).column(0, height, 0, 1, 1, thick);
    } else {
      m.post(0, height, 0, width, thick, depth);
    }
    double inset = g.size(0.62, 0.95) * (round ? 0.75 : 1);
    supports(m, g, width * inset, depth * inset, height);
    if (g.has(0.3)) {
      m.box(0, g.size(0.1, 0.5) * height, 0, width * inset, 0.05, depth * inset);
    }
    if (g.has(0.25)) {
      double drawer = g.size(0.15, 0.7) * height;
      m.post(-0.3 * width, height - drawer, 0, 0.3 * width, drawer, depth * 0.85);
    }
  }

  /** Legs, a trestle, a pedestal, side walls or a star foot up to a height. */
  private static void supports(Modeller m, Genome g, double width, double depth, double height) {
    double thick = g.size(0.04, 0.14);
    double splay = g.has(0.4) ? g.size(0.02, 0.25) : 0;
    double taper = g.size(0.4, 1);
    switch (g.count(0, 6)) {
      case 0, 1, 2, 3 -> {
        boolean square = g.has(0.5);
        for (int i = 0; i < 4; i++) {
          double x = ((i & 1) == 0 ? -0.5 : 0.5) * (width - thick);
          double z = ((i & 2) == 0 ? -0.5 : 0.5) * (depth - thick);
          double out = 1 + splay;
          if (square) {
            m.post(x, 0, z, thick, height, thick);
          } else {
            m.rod(x * out, 0, z * out, x, height, z, thick * taper / 2, thick / 2);
          }
        }
        if (g.has(0.3)) {
          double y = g.size(0.15, 0.7) * height;
          m.box(0, y, -0.5 * (depth - thick), width, thick / 2, thick / 2);
          m.box(0, y, 0.5 * (depth - thick), width, thick / 2, thick / 2);
        }
      }
      case 4 -> {
        m.column(0, 0, 0, 0.35 * depth, 0.3 * depth, 0.06);
        m.column(0, 0.06, 0, thick, thick * taper, height - 0.06);
      }
      case 5 -> {
        m.post(-0.5 * width, 0, 0, thick, height, depth);
        m.post(0.5 * width, 0, 0, thick, height, depth);
      }
      default -> {
        int feet = g.count(3, 6);
        m.column(0, 0.1, 0, thick, thick * taper, height - 0.1);
        for (int k = 0; k < feet; k++) {
          double a = Modeller.TURN * k / feet;
          double r = 0.45 * depth;
          m.rod(0, 0.2, 0, r * cos(a), 0.03, r * sin(a), 0.05, 0.03);
        }
      }
    }
  }

  static void chair(Modeller m, Genome g) {
    double width = g.size(0.45, 0.8);
    double depth = width * g.size(0.8, 1.15);
    double seat = g.size(0.3, 0.75);
    double thick = g.size(0.04, 0.2);
    double back = g.size(0.4, 1.1);
    boolean round = g.has(0.2);
    if (round) {
      m.scale(width / 2, 1, depth / 2).column(0, seat, 0, 1, 1, thick);
    } else {
      m.post(0, seat, 0, width, thick, depth);
    }
    supports(m, g, width * 0.95, depth * 0.95, seat);
    Modeller behind = m.move(0, seat + thick, -0.47 * depth).turnX(-g.size(0, 0.35));
    int kind = g.count(0, 4);
    int slats = g.count(2, 5);
    double bar = g.size(0.03, 0.09);
    if (kind <= 1) {
      double gap = kind == 0 ? 0 : g.size(0.1, 0.5) * back;
      behind.post(0, gap, 0, width, back - gap, bar);
    }
    if (kind >= 1) {
      behind.post(-0.46 * width, 0, 0, bar, back, bar);
      behind.post(0.46 * width, 0, 0, bar, back, bar);
    }
    for (int i = 0; i < slats && kind == 2; i++) {
      behind.box(0, back * (i + 1) / slats, 0, width, 0.5 * back / slats, bar / 2);
    }
    for (int i = 0; i < slats && kind == 3; i++) {
      behind.post(width * ((i + 0.5) / slats - 0.5), 0, 0, bar, back, bar / 2);
    }
    if (kind >= 3) {
      behind.box(0, back, 0, width, 0.2 * back, bar);
    }
    if (g.has(0.4)) {
      double arm = g.size(0.2, 0.45) * back + 0.1;
      for (int side = -1; side <= 1; side += 2) {
        m.box(side * 0.5 * width, seat + arm, 0, 0.07, 0.05, depth);
        m.post(side * 0.5 * width, seat, 0.4 * depth, 0.05, arm, 0.05);
      }
    }
  }

  static void shelf(Modeller m, Genome g) {
    double width = g.size(0.6, 1.8);
    double height = g.size(0.7, 2.2);
    double depth = g.size(0.25, 0.7);
    int boards = g.count(2, 7);
    int walls = g.count(0, 3);
    double thick = g.size(0.02, 0.06);
    for (int i = 0; i <= boards; i++) {
      m.box(0, height * i / boards, 0, width, thick, depth);
    }
    for (int i = 0; i <= walls + 1; i++) {
      m.post(width * (i / (walls + 1.0) - 0.5), 0, 0, thick, height, depth);
    }
    if (g.has(0.7)) {
      m.post(0, 0, -depth / 2, width, height, thick);
    }
    if (g.has(0.4)) {
      int doors = g.count(1, 3);
      double share = g.size(0.3, 1);
      for (int i = 0; i < doors; i++) {
        double x = width * ((i + 0.5) / doors - 0.5);
        m.post(x, 0, depth / 2, 0.95 * width / doors, share * height, thick);
        m.ball(x + 0.3 * width / doors, share * height / 2, depth / 2 + thick, 0.04);
      }
    }
  }

  static void bed(Modeller m, Genome g) {
    double width = g.size(0.9, 1.9);
    double length = g.size(1.8, 2.3);
    double low = g.size(0.12, 0.4);
    double mattress = g.size(0.12, 0.35);
    double head = g.size(0.3, 1.1);
    double foot = g.has(0.5) ? g.size(0.1, 0.6) : 0.05;
    int levels = g.has(0.2) ? 2 : 1;
    int pillows = g.count(1, 2);
    for (int i = 0; i < levels; i++) {
      Modeller at = m.move(0, i * 1.1, 0);
      at.post(0, low, 0, length, mattress, width);
      at.post(-length / 2, 0, 0, 0.08, low + head, width);
      at.post(length / 2, 0, 0, 0.08, low + foot, width);
      for (int k = 0; k < pillows; k++) {
        double z = width * ((k + 0.5) / pillows - 0.5);
        at.ball(-0.38 * length, low + mattress, z, 0.2, 0.1, 0.4 * width / pillows);
      }
    }
    if (levels == 2) {
      m.box(0, 1.1, 0, length, 0.05, width);
      for (int i = 0; i < 4; i++) {
        double x = ((i & 1) == 0 ? -0.5 : 0.5) * length;
        m.post(x, 0, ((i & 2) == 0 ? -0.5 : 0.5) * width, 0.1, 1.9, 0.1);
      }
    }
  }

  static void sofa(Modeller m, Genome g) {
    int seats = g.count(1, 4);
    double seat = g.size(0.5, 0.75);
    double depth = g.size(0.6, 0.9);
    double low = g.size(0.25, 0.5);
    double back = g.size(0.3, 0.8);
    double arm = g.size(0.08, 0.25);
    double rise = g.size(0.05, 0.4);
    double width = seats * seat;
    m.post(0, 0.08, 0, width, low - 0.1, depth);
    m.move(0, low, -depth / 2).turnX(-g.size(0, 0.25)).post(0, -0.2, 0, width, back + 0.2, 0.2);
    boolean rolled = g.has(0.4);
    for (int side = -1; side <= 1; side += 2) {
      double x = side * (width + arm) / 2;
      m.post(x, 0, 0, arm, low + rise, depth);
      if (rolled) {
        m.rod(x, low + rise, -depth / 2, x, low + rise, depth / 2, 0.7 * arm, 0.7 * arm);
      }
    }
    for (int i = 0; i < seats; i++) {
      double x = width * ((i + 0.5) / seats - 0.5);
      m.box(x, low, 0.05, 0.94 * seat, 0.16, 0.9 * depth);
    }
  }

  static void lamp(Modeller m, Genome g) {
    double tall = g.size(0.5, 2.6);
    double foot = g.size(0.2, 0.5);
    double shade = g.size(0.2, 0.7);
    double narrow = shade * g.size(0.3, 1);
    double deep = g.size(0.2, 0.7);
    double stem = g.size(0.02, 0.1);
    int joints = g.has(0.35) ? g.count(1, 2) : 0;
    double swing = g.size(0.3, 0.8);
    m.column(0, 0, 0, foot, foot * 0.9, 0.06);
    double[] at = {0, 0.06, 0};
    double side = 1;
    for (int k = 0; k <= joints; k++) {
      double lean = joints == 0 ? 0 : side * swing;
      double length = tall / (joints + 1);
      double[] to = {at[0] + length * sin(lean), at[1] + length * cos(lean), 0};
      m.rod(at, to, stem, stem * 0.8);
      at = to;
      side = -1.4 * side;
    }
    if (g.has(0.4)) {
      double bulge = g.size(0.1, 0.25);
      m.ball(0, 0.06 + bulge, 0, bulge, bulge * 1.3, bulge);
    }
    Modeller top = m.move(at[0], at[1], 0).turnZ(joints == 0 ? 0 : g.size(-1.2, 1.2));
    top.lathe(
        new double[] {shade, narrow, narrow - 0.02, shade - 0.02},
        new double[] {-0.4 * deep, 0.6 * deep, 0.6 * deep, -0.4 * deep},
        20);
    if (g.has(0.5)) {
      top.ball(0, 0, 0, 0.1);
    }
  }
}
