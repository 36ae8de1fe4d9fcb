package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Lines over epochs or steps, with a legend, values on hover and a table of the same values.
 *
 * @param title what is shown, {@code Loss}
 * @param xLabel {@code epoch} or {@code step}
 * @param yLabel the unit, {@code %}; may be empty
 */
public record LineChart(String title, String xLabel, String yLabel, List<Series> series) {
  /** Lines differ in colour and dashes by the style classes s0 … s7. */
  private static final int STYLES = 8;

  private static final int MOST_POINTS = 600;
  private static final int MOST_ROWS = 200;
  private static final int FEW_POINTS = 30;

  public LineChart {
    series = List.copyOf(series);
  }

  boolean empty() {
    return drawable().isEmpty();
  }

  /** The chart as a figure. */
  public String html() {
    var lines = drawable().stream().map(s -> s.thinned(MOST_POINTS)).toList();
    var frame = frame(lines);
    var html = new Html().open("figure", "class", "chart");
    html.element("figcaption", title);
    legend(html, lines);
    html.open("div", "class", "plot", "data-points", hoverData(lines, frame));
    svg(html, lines, frame);
    html.element("p", "", "class", "tip", "role", "status", "hidden", "");
    html.close("div");
    table(html);
    return html.close("figure").toString();
  }

  private List<Series> drawable() {
    return series.stream().filter(s -> s.points().stream().anyMatch(Series.Point::finite)).toList();
  }

  private Frame frame(List<Series> lines) {
    var points = lines.stream().flatMap(s -> s.points().stream()).filter(Series.Point::finite);
    var all = points.toList();
    var xs = all.stream().mapToDouble(Series.Point::x).summaryStatistics();
    var ys = all.stream().mapToDouble(Series.Point::y).summaryStatistics();
    return new Frame(
        Axis.steps(xs.getMin(), xs.getMax(), Frame.LEFT + 6, Frame.RIGHT - 6),
        Axis.rounded(ys.getMin(), ys.getMax(), Frame.BOTTOM, Frame.TOP),
        xLabel,
        yLabel);
  }

  private static void legend(Html html, List<Series> lines) {
    html.open("ul", "class", "legend");
    for (int i = 0; i < lines.size(); i++) {
      html.open("li").open("svg", "viewBox", "0 0 26 10", "aria-hidden", "true");
      html.empty("path", "class", style(i), "d", "M1 5H25");
      html.close("svg").text(lines.get(i).name()).close("li");
    }
    html.close("ul");
  }

  private void svg(Html html, List<Series> lines, Frame frame) {
    html.open(
        "svg",
        "viewBox",
        "0 0 " + Math.round(Frame.WIDTH) + " " + Math.round(Frame.HEIGHT),
        "role",
        "img",
        "tabindex",
        "0",
        "aria-label",
        title + ". " + lines.stream().map(this::inWords).collect(Collectors.joining(" ")));
    frame.draw(html);
    Frame.line(html, "guide", 0, Frame.TOP, 0, Frame.BOTTOM);
    for (int i = 0; i < lines.size(); i++) {
      draw(html, lines.get(i), style(i), frame);
    }
    html.close("svg");
  }

  private static void draw(Html html, Series line, String style, Frame frame) {
    var path = new StringBuilder();
    boolean pen = false;
    for (var point : line.points()) {
      if (point.finite()) {
        path.append(pen ? 'L' : 'M').append(at(point, frame));
      }
      pen = point.finite();
    }
    html.empty("path", "class", style, "d", path);
    if (line.points().size() <= FEW_POINTS) {
      line.points().stream().filter(Series.Point::finite).forEach(p -> dot(html, p, style, frame));
    }
  }

  private static void dot(Html html, Series.Point p, String style, Frame frame) {
    String x = Frame.px(frame.x().at(p.x()));
    String y = Frame.px(frame.y().at(p.y()));
    html.empty("circle", "class", style, "cx", x, "cy", y, "r", "2.6");
  }

  private static String at(Series.Point p, Frame frame) {
    return Frame.px(frame.x().at(p.x())) + " " + Frame.px(frame.y().at(p.y()));
  }

  private String inWords(Series s) {
    var finite = s.points().stream().filter(Series.Point::finite).toList();
    var first = finite.get(0);
    var last = finite.get(finite.size() - 1);
    return String.format(
        Locale.ROOT,
        "%s: from %s at %s %s to %s at %s %s.",
        s.name(),
        value(first.y()),
        xLabel,
        value(first.x()),
        value(last.y()),
        xLabel,
        value(last.x()));
  }

  /**
   * One line per x: its pixel, a heading, and for each series there style|pixel|text, separated by
   * tabs.
   */
  private String hoverData(List<Series> lines, Frame frame) {
    var text = new StringBuilder();
    for (double x : xs(lines)) {
      text.append(text.isEmpty() ? "" : "\n").append(Frame.px(frame.x().at(x)));
      text.append('\t').append(xLabel).append(' ').append(value(x));
      for (int i = 0; i < lines.size(); i++) {
        String name = i % STYLES + "|%s|" + flat(lines.get(i).name()).replace("%", "%%") + " %s";
        lines.get(i).points().stream()
            .filter(p -> p.x() == x && p.finite())
            .map(p -> name.formatted(Frame.px(frame.y().at(p.y())), value(p.y())))
            .forEach(words -> text.append('\t').append(words));
      }
    }
    return text.toString();
  }

  private void table(Html html) {
    var thin = series.stream().map(s -> s.thinned(MOST_ROWS)).toList();
    html.open("details").element("summary", "Values");
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", title);
    html.open("table").open("thead").open("tr").element("th", xLabel, "scope", "col");
    thin.forEach(s -> html.element("th", s.name(), "scope", "col"));
    html.close("tr").close("thead").open("tbody");
    for (double x : xs(thin)) {
      html.open("tr").element("th", value(x), "scope", "row");
      for (var s : thin) {
        var here = s.points().stream().filter(p -> p.x() == x).findFirst();
        html.element("td", here.map(p -> value(p.y())).orElse(""));
      }
      html.close("tr");
    }
    html.close("tbody").close("table").close("div").close("details");
  }

  private static TreeSet<Double> xs(List<Series> lines) {
    return lines.stream()
        .flatMap(s -> s.points().stream())
        .map(Series.Point::x)
        .filter(Double::isFinite)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String flat(String name) {
    return name.replaceAll("\\s+", " ");
  }

  private static String value(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e6
        ? Figures.fixed(number, 0)
        : Figures.significant(number, 4);
  }

  private static String style(int series) {
    return "line s" + series % STYLES;
  }
}
