package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Branching trees, conifers, palms, flowers and pot plants. */
final class Plants {
  /** The golden angle between successive leaves. */
  private static final double GOLDEN = 2.399963229728653;

  private Plants() {}

  /** A branching rule applied recursively, as in an L-system. */
  static void tree(Modeller m, Genome g) {
    int depth = g.count(2, 4);
    int fork = depth == 4 ? 2 : g.count(2, 4);
    double lean = g.size(0.3, 0.9);
    double shorter = g.size(0.6, 0.85);
    double trunk = g.size(0.6, 1.6);
    double thick = g.size(0.04, 0.14);
    boolean leafy = g.has(0.6);
    double leaf = leafy ? g.size(0.15, 0.5) : 0;
    double wild = g.size(0, 0.5);
    double[] from = {0, 0, 0};
    double[] to = {g.free(-0.1, 0.1), trunk, g.free(-0.1, 0.1)};
    m.rod(from, to, thick * 1.3, thick);
    double[] rule = {lean, shorter, wild, leaf};
    grow(m, g, to, Space.direction(from, to), trunk * shorter, thick, depth, fork, rule);
  }

  private static void grow(
      Modeller m,
      Genome g,
      double[] at,
      double[] along,
      double length,
      double thick,
      int depth,
      int fork,
      double[] rule) {
    double[] u = Space.across(along);
    double[] w = Space.cross(along, u);
    double start = g.free(0, Modeller.TURN);
    for (int k = 0; k < fork; k++) {
      double angle = start + Modeller.TURN * k / fork + rule[2] * g.free(-1, 1);
      double lean = rule[0] * (1 + rule[2] * g.free(-1, 1));
      double[] d = Space.along(new double[3], along, cos(lean));
      d = Space.along(Space.along(d, u, sin(lean) * cos(angle)), w, sin(lean) * sin(angle));
      double[] end = Space.along(at, d, length);
      m.rod(at, end, thick * 0.8, thick * 0.55);
      if (depth > 1) {
        grow(m, g, end, d, length * rule[1], thick * 0.6, depth - 1, fork, rule);
      } else if (rule[3] > 0) {
        m.ball(end[0], end[1], end[2], rule[3] * g.free(0.8, 1.2));
      }
    }
  }

  static void conifer(Modeller m, Genome g) {
    int layers = g.count(1, 6);
    double trunk = g.size(0.1, 0.6);
    double high = g.size(1.5, 3.5);
    double wide = g.size(0.4, 1);
    double overlap = g.size(0.2, 0.7);
    m.column(0, 0, 0, 0.09, 0.07, trunk + 0.3);
    boolean round = g.has(0.25);
    if (round) {
      m.ball(0, trunk + high / 3, 0, wide, high / 2.5, wide);
      return;
    }
    double step = high / layers;
    for (int i = 0; i < layers; i++) {
      double r = wide * (1 - 0.8 * i / layers);
      double top = i == layers - 1 ? 0.01 : 0.4 * r;
      m.column(0, trunk + i * step, 0, r, top, step * (1 + overlap * 0.5));
    }
  }

  static void palm(Modeller m, Genome g) {
    double high = g.size(0.6, 2.5);
    int leaves = g.count(5, 12);
    double length = g.size(0.6, 1.4);
    double wide = g.size(0.06, 0.25);
    double rise = g.size(0.2, 1.2);
    double droop = g.size(0.5, 2);
    boolean potted = g.has(0.5);
    double stem = potted ? 0.25 * high : high;
    double bend = g.size(0, 0.5) * (potted ? 0 : 1);
    if (potted) {
      double pot = g.size(0.25, 0.5);
      m.lathe(
          new double[] {0, 0.7 * pot, pot, 0.9 * pot, 0},
          new double[] {-pot, -pot, 0.4 * pot, 0.4 * pot, 0.3 * pot},
          18);
    }
    double[][] trunk = new double[7][];
    for (int i = 0; i < 7; i++) {
      double t = i / 6.0;
      trunk[i] = new double[] {bend * t * t, stem * t, 0};
    }
    Sweep.tube(m, trunk, i -> 0.08 - 0.006 * i, 8);
    for (int k = 0; k < leaves; k++) {
      double up = rise * (0.6 + 0.4 * sin(3.0 * k));
      leaf(m.move(bend, stem, 0).turnY(GOLDEN * k), length, wide, up, droop * length);
    }
  }

  /** A blade along x that rises and droops. */
  private static void leaf(Modeller m, double length, double wide, double rise, double droop) {
    m.surface().beginSkin();
    int left = -1;
    for (int i = 0; i <= 6; i++) {
      double t = i / 6.0;
      double x = length * t;
      double y = rise * length * t - droop * t * t * 0.7;
      double half = wide * Math.sqrt(Math.max(0, t * (1 - t))) + 0.01;
      int v = m.vertex(x, y, -half);
      m.vertex(x, y + 0.3 * half, 0);
      m.vertex(x, y, half);
      if (i > 0) {
        m.surface().quad(left, left + 1, v + 1, v);
        m.surface().quad(left + 1, left + 2, v + 2, v + 1);
      }
      left = v;
    }
  }

  static void flower(Modeller m, Genome g) {
    double stem = g.size(0.8, 2.2);
    int petals = g.count(4, 12);
    double length = g.size(0.3, 0.7);
    double wide = g.size(0.2, 0.6) * 8 * length / petals;
    double cup = g.size(-0.2, 1.4);
    double nod = g.size(0, 1);
    double core = g.size(0.08, 0.25);
    m.rod(0, 0, 0, 0, stem, 0, 0.04, 0.03);
    Modeller head = m.move(0, stem, 0).turnZ(-nod);
    head.ball(0, 0, 0, core, 0.5 * core, core);
    for (int k = 0; k < petals; k++) {
      Modeller side = head.turnY(Modeller.TURN * k / petals).move(0.8 * core, 0, 0);
      leaf(side.turnZ(cup), length, wide, 0, 0.4 * length);
    }
    int leaves = g.count(1, 5);
    for (int k = 0; k < leaves; k++) {
      double y = stem * (0.1 + 0.6 * k / leaves);
      leaf(m.move(0, y, 0).turnY(GOLDEN * k), 0.4 * stem, 0.25, 0.7, 0.3 * stem);
    }
  }
}
