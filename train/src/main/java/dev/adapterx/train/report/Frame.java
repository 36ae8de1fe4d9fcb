package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;

/** The drawing area of a chart: size, margins, grid, tick labels and axis titles. */
record Frame(Axis x, Axis y, String xLabel, String yLabel, double width, double height) {
  static final double WIDTH = 440;
  static final double HEIGHT = 272;
  static final double LEFT = 52;
  static final double RIGHT = WIDTH - 14;
  static final double TOP = 24;
  static final double BOTTOM = HEIGHT - 42;

  /** A frame of the default size. */
  Frame(Axis x, Axis y, String xLabel, String yLabel) {
    this(x, y, xLabel, yLabel, WIDTH, HEIGHT);
  }

  double right() {
    return width - 14;
  }

  double bottom() {
    return height - 42;
  }

  /** Draws grid and axes; the lines or points come after. */
  void draw(Html svg) {
    for (double tick : y.ticks()) {
      double at = y.at(tick);
      line(svg, "grid", LEFT, at, right(), at);
      label(svg, y.label(tick), LEFT - 7, at + 4, "end");
    }
    for (double tick : x.ticks()) {
      double at = x.at(tick);
      line(svg, "tick", at, bottom(), at, bottom() + 4);
      label(svg, x.label(tick), at, bottom() + 18, "middle");
    }
    line(svg, "base", LEFT, bottom(), right(), bottom());
    label(svg, xLabel, (LEFT + right()) / 2, height - 6, "middle");
    label(svg, yLabel, 2, 12, "start");
  }

  static void line(Html svg, String kind, double x1, double y1, double x2, double y2) {
    svg.empty("line", "class", kind, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2));
  }

  static void label(Html svg, String text, double x, double y, String anchor) {
    svg.element("text", text, "x", px(x), "y", px(y), "text-anchor", anchor);
  }

  /** A pixel position, rounded to a tenth, which is finer than the eye sees. */
  static String px(double position) {
    return Figures.fixed(position, 1);
  }
}
