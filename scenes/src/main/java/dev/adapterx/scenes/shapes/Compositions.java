package dev.adapterx.scenes.shapes;

/** Solids combined with a symmetry: mirrored, rotated about an axis, stacked or in a row. */
final class Compositions {
  private Compositions() {}

  static void mirrored(Modeller m, Genome g) {
    solid(m, g, 1);
    int pairs = g.count(1, 3);
    for (int i = 0; i < pairs; i++) {
      double x = g.size(0.3, 0.85);
      double y = g.size(-0.6, 0.6);
      double z = g.size(-0.5, 0.5);
      double lean = g.has(0.5) ? g.size(-0.9, 0.9) : 0;
      int kind = g.count(0, 3);
      double[] widths = widths(g, 0.6);
      for (int side = -1; side <= 1; side += 2) {
        add(m.move(side * x, y, z).turnZ(side * lean), kind, widths);
        m.rod(0, 0, 0, side * x, y, z, 0.06, 0.06);
      }
    }
    if (g.has(0.5)) {
      solid(m.move(0, g.size(0.3, 0.8), 0), g, 0.6);
    }
  }

  static void rotational(Modeller m, Genome g) {
    solid(m, g, g.fixed(0.4, 1));
    int layers = g.count(1, 2);
    for (int layer = 0; layer < layers; layer++) {
      int fold = g.count(3, 8);
      boolean spoked = g.has(0.7);
      double radius = g.size(0.4, 1);
      double y = g.size(-0.7, 0.7);
      double lean = g.has(0.5) ? g.size(-1, 1) : 0;
      int kind = g.count(0, 3);
      double[] widths = widths(g, 0.55);
      for (int k = 0; k < fold; k++) {
        Modeller side = m.turnY(Modeller.TURN * k / fold);
        add(side.move(radius, y, 0).turnZ(lean), kind, widths);
        if (spoked) {
          side.rod(0, 0, 0, radius, y, 0, 0.06, 0.06);
        }
      }
    }
  }

  static void stacked(Modeller m, Genome g) {
    int floors = g.count(2, 6);
    double y = 0;
    double width = 1;
    double shrink = g.size(0.65, 1.1);
    for (int i = 0; i < floors; i++) {
      int kind = g.count(0, 3);
      double height = g.size(0.15, 0.9);
      double deep = g.size(0.6, 1.4);
      add(m.move(0, y + height / 2, 0), kind, new double[] {width, height, width * deep});
      y += height * (kind == 1 ? 0.9 : 1);
      width *= shrink * g.size(0.75, 1.25);
    }
  }

  private static void solid(Modeller m, Genome g, double size) {
    add(m, g.count(0, 3), widths(g, size));
  }

  private static double[] widths(Genome g, double size) {
    double[] widths = new double[3];
    for (int d = 0; d < 3; d++) {
      widths[d] = size * g.size(0.25, 1.5);
    }
    return widths;
  }

  private static void add(Modeller m, int kind, double[] widths) {
    Modeller unit = m.scale(widths[0], widths[1], widths[2]);
    switch (kind) {
      case 0 -> unit.box(0, 0, 0, 1, 1, 1);
      case 1 -> unit.ball(0, 0, 0, 0.5);
      case 2 -> unit.column(0, -0.5, 0, 0.5, 0.5, 1);
      default -> unit.column(0, -0.5, 0, 0.5, 0.08, 1);
    }
  }
}
