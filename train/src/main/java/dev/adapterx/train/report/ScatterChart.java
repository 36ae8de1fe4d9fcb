package dev.adapterx.train.report;

import static java.util.Comparator.comparingDouble;

import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Named points with error bars over a logarithmic x axis. Points with x = 0, for which there is no
 * logarithm, are in a separate column at the left.
 */
record ScatterChart(
    String title, String xLabel, String yLabel, List<Spot> spots, double width, double height) {
  private static final double ZERO_COLUMN = 30;
  private static final int ROUNDS = 4;

  /** The rules for charts in the report's style sheet, in its light colours. */
  private static final String STYLE =
      "text { font: 12px system-ui, sans-serif; fill: #565f6d } .name { fill: #14171c }"
          + " .sheet { fill: #fff } .grid { stroke: #dfe3e9 } .tick, .base { stroke: #565f6d }"
          + " .cut { stroke: #565f6d; stroke-dasharray: 2 4 }"
          + " .leader { stroke: #565f6d; stroke-width: .8 }"
          + " .bar { stroke: #2456c9; stroke-width: 1.5 } .spot { fill: #2456c9; stroke: #fff }";

  /** A chart of the default size, for a few points. */
  ScatterChart(String title, String xLabel, String yLabel, List<Spot> spots) {
    this(title, xLabel, yLabel, spots, Frame.WIDTH, Frame.HEIGHT);
  }

  /** A point, labelled; {@code spread} is half the error bar's length, NaN for none. */
  record Spot(String name, double x, double y, double spread) {
    double above() {
      return Double.isNaN(spread) ? y : y + spread;
    }

    double below() {
      return Double.isNaN(spread) ? y : y - spread;
    }
  }

  String html() {
    boolean large = width > Frame.WIDTH;
    var html = new Html().open("figure", "class", "chart wide");
    html.element("figcaption", title);
    html.open("div", "class", large ? "plot large" : "plot");
    html.open("svg", "viewBox", viewBox(), "role", "img", "aria-label", inWords());
    draw(html);
    return html.close("svg").close("div").close("figure").toString();
  }

  /** A standalone file in light colours, for documents. */
  String svg() {
    var html = new Html();
    html.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        viewBox(),
        "width",
        String.valueOf(Math.round(width)),
        "height",
        String.valueOf(Math.round(height)),
        "role",
        "img",
        "aria-label",
        inWords());
    html.element("style", STYLE);
    html.empty("rect", "class", "sheet", "width", "100%", "height", "100%");
    draw(html);
    return html.close("svg").toString();
  }

  private String viewBox() {
    return "0 0 " + Math.round(width) + " " + Math.round(height);
  }

  private String inWords() {
    return title
        + ". "
        + spots.stream()
            .map(s -> s.name + ": " + Figures.significant(s.y, 4))
            .collect(Collectors.joining(", "));
  }

  private void draw(Html html) {
    var frame = frame();
    frame.draw(html);
    if (hasZero()) {
      drawZero(html, frame);
    }
    drawLabels(html, frame);
    spots.forEach(spot -> draw(html, spot, frame));
  }

  private boolean hasZero() {
    return spots.stream().anyMatch(s -> s.x <= 0);
  }

  private Frame frame() {
    var xs = spots.stream().mapToDouble(Spot::x).filter(x -> x > 0).summaryStatistics();
    boolean known = xs.getCount() > 0;
    double low = spots.stream().mapToDouble(Spot::below).min().orElse(0);
    double high = spots.stream().mapToDouble(Spot::above).max().orElse(1);
    return new Frame(
        Axis.decades(
            known ? xs.getMin() : 0.1,
            known ? xs.getMax() : 1,
            Frame.LEFT + (hasZero() ? ZERO_COLUMN + 14 : 8),
            width - 22),
        Axis.rounded(low, high, height - 42, Frame.TOP),
        xLabel,
        yLabel,
        width,
        height);
  }

  private static void drawZero(Html html, Frame frame) {
    double x = Frame.LEFT + ZERO_COLUMN / 2;
    Frame.line(html, "tick", x, frame.bottom(), x, frame.bottom() + 4);
    Frame.label(html, "0", x, frame.bottom() + 18, "middle");
    double cut = Frame.LEFT + ZERO_COLUMN + 4;
    Frame.line(html, "cut", cut, Frame.TOP, cut, frame.bottom());
  }

  private static double x(Spot spot, Frame frame) {
    return spot.x <= 0 ? Frame.LEFT + ZERO_COLUMN / 2 : frame.x().at(spot.x);
  }

  private static void draw(Html html, Spot spot, Frame frame) {
    double x = x(spot, frame);
    double y = frame.y().at(spot.y);
    if (spot.spread > 0) {
      double above = frame.y().at(spot.above());
      double below = frame.y().at(spot.below());
      Frame.line(html, "bar", x, above, x, below);
      Frame.line(html, "bar", x - 4, above, x + 4, above);
      Frame.line(html, "bar", x - 4, below, x + 4, below);
    }
    html.empty("circle", "class", "spot", "cx", Frame.px(x), "cy", Frame.px(y), "r", "4.5");
  }

  private void drawLabels(Html html, Frame frame) {
    List<Box> labels = labels(frame);
    for (int i = 0; i < spots.size(); i++) {
      var box = labels.get(i);
      leader(html, spots.get(i), box, frame);
      String name = spots.get(i).name;
      html.element(
          "text", name, "class", "name", "x", Frame.px(box.left), "y", Frame.px(box.foot()));
    }
  }

  /**
   * Each label is placed where it covers least: right, left, above or below its point, farther away
   * where it is crowded. After the first round each is placed again, now that the positions of all
   * others are known.
   */
  private List<Box> labels(Frame frame) {
    List<Box> labels = new ArrayList<>();
    for (int i = 0; i < spots.size(); i++) {
      labels.add(roomiest(i, labels, frame));
    }
    for (int round = 1; round < ROUNDS; round++) {
      for (int i = 0; i < spots.size(); i++) {
        List<Box> others = new ArrayList<>(labels);
        others.remove(i);
        labels.set(i, roomiest(i, others, frame));
      }
    }
    return labels;
  }

  /** A line from a point to its label if the label is not right beside it. */
  private static void leader(Html html, Spot spot, Box label, Frame frame) {
    double x = x(spot, frame);
    double y = frame.y().at(spot.y);
    double middle = (label.top + label.bottom) / 2;
    if (Math.abs(middle - y) > 6 && (x < label.left || x > label.right)) {
      Frame.line(html, "leader", x, y, x < label.left ? label.left - 2 : label.right + 2, middle);
    }
  }

  private Box roomiest(int spot, List<Box> labels, Frame frame) {
    List<Box> taken = new ArrayList<>(labels);
    for (int other = 0; other < spots.size(); other++) {
      taken.add(bar(spots.get(other), frame));
      if (other != spot) {
        taken.add(around(spots.get(other), frame));
      }
    }
    var own = spots.get(spot);
    double x = x(own, frame);
    double y = frame.y().at(own.y);
    return places(x, y, own.name).stream()
        .min(
            comparingDouble(
                p ->
                    p.outside(frame)
                        + taken.stream().mapToDouble(p::overlap).sum()
                        + p.distance(x, y) / 10))
        .orElseThrow();
  }

  private static Box bar(Spot spot, Frame frame) {
    double x = x(spot, frame);
    return new Box(x - 2, frame.y().at(spot.above()), x + 2, frame.y().at(spot.below()));
  }

  /** Wider than the dot, so that no label seems to belong to another point. */
  private static Box around(Spot spot, Frame frame) {
    double x = x(spot, frame);
    double y = frame.y().at(spot.y);
    return new Box(x - 11, y - 11, x + 11, y + 11);
  }

  private static List<Box> places(double x, double y, String name) {
    double width = 7.0 * name.length(); // an estimate for the 12.5 px system font
    List<Box> places = new ArrayList<>();
    for (double away : new double[] {9, 24, 48}) {
      for (double shift : new double[] {0, -12, 12, -24, 24, -40, 40, -60, 60}) {
        double top = y - 8 + shift;
        places.add(new Box(x + away, top, x + away + width, top + 16));
        places.add(new Box(x - away - width, top, x - away, top + 16));
      }
    }
    places.add(new Box(x - width / 2, y - 25, x + width / 2, y - 9));
    places.add(new Box(x - width / 2, y + 9, x + width / 2, y + 25));
    return places;
  }

  /** A rectangle on the page. */
  private record Box(double left, double top, double right, double bottom) {
    double overlap(Box other) {
      double wide = Math.min(right, other.right) - Math.max(left, other.left);
      double high = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      return wide > 0 && high > 0 ? wide * high : 0;
    }

    /** Weighs more than any overlap: a label cut off is worse than two that touch. */
    double outside(Frame frame) {
      double wide = Math.max(0, Frame.LEFT + 2 - left) + Math.max(0, right - frame.right());
      double high = Math.max(0, Frame.TOP - 6 - top) + Math.max(0, bottom - frame.bottom());
      return 1e3 * (wide + high);
    }

    /** From a point to its nearest edge. */
    double distance(double x, double y) {
      double wide = Math.max(0, Math.max(left - x, x - right));
      double high = Math.max(0, Math.max(top - y, y - bottom));
      return Math.hypot(wide, high);
    }

    double foot() {
      return bottom - 4;
    }
  }
}
