package dev.adapterx.tasks.detect;

import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.train.report.Html;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Average precision of each class, the best first, then by the size of objects. */
record PrecisionBars(List<Bar> bars) implements Section {
  private static final double PERCENT = 100;
  private static final List<String> SIZES =
      List.of("small (below 32 x 32 pixels)", "medium", "large (above 96 x 96)");

  /**
   * One class or size; in percent, NaN where nothing was to be found.
   *
   * @param half at an IoU of 0.5; NaN of a size
   * @param objects to be found; negative of a size
   */
  record Bar(String name, double ap, double half, int objects) {}

  PrecisionBars {
    bars = List.copyOf(bars);
  }

  static PrecisionBars of(BoxScores scores, List<String> labels) {
    List<Bar> bars = new ArrayList<>();
    for (int c = 0; c < labels.size(); c++) {
      bars.add(
          new Bar(
              labels.get(c),
              scores.averagePrecision(c),
              scores.averagePrecision(c, BoxScores.HALF),
              scores.objects()[c]));
    }
    bars.sort(
        Comparator.comparingDouble((Bar b) -> Double.isNaN(b.ap) ? 1 : -b.ap)
            .thenComparing(Bar::name));
    double[] sizes = scores.bySize();
    for (int i = 0; i < sizes.length; i++) {
      if (!Double.isNaN(sizes[i])) {
        bars.add(new Bar(SIZES.get(i), sizes[i], Double.NaN, -1));
      }
    }
    return new PrecisionBars(bars);
  }

  @Override
  public String heading() {
    return "Average precision by class and size";
  }

  @Override
  public boolean empty() {
    return bars.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    html.open("div", "class", "scroll").open("table", "class", "bars");
    html.tableHead("Class", "AP", "", "AP50", "Objects").open("tbody");
    for (Bar bar : bars) {
      html.open("tr").element("th", bar.name, "scope", "row");
      html.element("td", percent(bar.ap), "class", "number").open("td", "class", "bar");
      if (!Double.isNaN(bar.ap)) {
        html.element("i", "", "style", String.format(Locale.ROOT, "width:%.1f%%", bar.ap));
      }
      html.close("td").element("td", percent(bar.half), "class", "number");
      html.element("td", bar.objects < 0 ? "" : Integer.toString(bar.objects), "class", "number");
      html.close("tr");
    }
    return html.close("tbody").close("table").close("div").toString();
  }

  private static String percent(double value) {
    return Double.isNaN(value) ? "–" : Figures.percent(value / PERCENT, 1);
  }
}
