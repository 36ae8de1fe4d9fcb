package dev.adapterx.tasks.show;

import dev.adapterx.train.report.Html;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.text.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Intersection over union of each class, the best first, with how much of all it has.
 *
 * @param noun what has the classes: {@code pixels}, {@code points}
 */
public record ClassBars(String noun, List<Bar> bars) implements Section {
  /**
   * One class; shares are 0 … 1, NaN where there is nothing to share.
   *
   * @param iou TP ÷ (truth + predicted − TP)
   * @param found the share of the class's pixels or points that was found
   * @param of its share of those that are labelled
   */
  public record Bar(String name, double iou, double found, double of) {}

  public ClassBars {
    bars =
        bars.stream()
            .sorted(
                Comparator.comparingDouble((Bar b) -> Double.isNaN(b.iou) ? 1 : -b.iou)
                    .thenComparing(Bar::name))
            .toList();
  }

  @Override
  public String heading() {
    return "IoU by class";
  }

  @Override
  public boolean empty() {
    return bars.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    html.open("div", "class", "scroll").open("table", "class", "bars");
    html.tableHead("Class", "IoU", "", "Found", "Of the " + noun).open("tbody");
    for (Bar bar : bars) {
      html.open("tr").element("th", bar.name, "scope", "row");
      html.element("td", percent(bar.iou, 1), "class", "number").open("td", "class", "bar");
      if (!Double.isNaN(bar.iou)) {
        html.element("i", "", "style", String.format(Locale.ROOT, "width:%.1f%%", 100 * bar.iou));
      }
      html.close("td").element("td", percent(bar.found, 1), "class", "number");
      html.element("td", percent(bar.of, 2), "class", "number").close("tr");
    }
    return html.close("tbody").close("table").close("div").toString();
  }

  private static String percent(double share, int digits) {
    return Double.isNaN(share) ? "–" : Figures.percent(share, digits);
  }
}
