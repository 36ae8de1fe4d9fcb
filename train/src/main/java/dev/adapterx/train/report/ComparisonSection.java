package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.Comparator;
import java.util.List;

/**
 * Methods side by side: a table, and accuracy over trainable parameters. A method is marked as the
 * best only where its interval is above that of every other.
 *
 * @param note below the table, explains the intervals
 */
public record ComparisonSection(List<Row> rows, String note) implements Section {
  /**
   * One method.
   *
   * @param page its own report, relative to the page; empty for none
   * @param trainablePercent of the backbone without head
   * @param accuracy mean over seeds, 0 … 1
   * @param error half the interval, 0 … 1: the standard deviation over seeds or the standard error
   *     of the test; NaN for none
   * @param counted the counts behind the accuracy, {@code 168 of 180}; may be empty
   * @param seconds of training, mean over seeds
   */
  public record Row(
      String method,
      String page,
      double trainablePercent,
      double accuracy,
      double error,
      String counted,
      double seconds) {
    private double half() {
      return Double.isNaN(error) ? 0 : error;
    }
  }

  public ComparisonSection {
    rows = List.copyOf(rows);
  }

  @Override
  public String heading() {
    return "Comparison";
  }

  @Override
  public boolean empty() {
    return rows.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html().open("div", "class", "beside").open("div", "class", "scroll");
    html.open("table");
    html.tableHead("Method", "Trainable", "Accuracy, %", "Right", "Seconds").open("tbody");
    for (var row : rows) {
      boolean first = isBest(row);
      html.open("tr", "class", first ? "best" : "").open("th", "scope", "row");
      if (row.page.isEmpty()) {
        html.text(row.method);
      } else {
        html.element("a", row.method, "href", row.page);
      }
      if (first) {
        html.element("span", "best", "class", "badge");
      }
      html.close("th");
      html.element("td", Figures.significant(row.trainablePercent, 3) + " %", "class", "number");
      html.element("td", accuracy(row), "class", "number");
      html.element("td", row.counted, "class", "number");
      html.element("td", Figures.fixed(row.seconds, 1), "class", "number").close("tr");
    }
    html.close("tbody").close("table");
    html.element("p", note, "class", "key").close("div");
    return html.trusted(chart().html()).close("div").toString();
  }

  private boolean isBest(Row row) {
    long below =
        rows.stream().filter(o -> row.accuracy - row.half() > o.accuracy + o.half()).count();
    return rows.size() > 1 && below == rows.size() - 1;
  }

  private static String accuracy(Row row) {
    int decimals = row.error > 0.002 ? 1 : 2;
    String mean = Figures.fixed(100 * row.accuracy, decimals);
    return Double.isNaN(row.error) ? mean : mean + " ± " + Figures.fixed(100 * row.error, decimals);
  }

  private ScatterChart chart() {
    var spots =
        rows.stream()
            .sorted(Comparator.comparingDouble(Row::accuracy).reversed())
            .map(
                r ->
                    new ScatterChart.Spot(
                        r.method, r.trainablePercent, 100 * r.accuracy, 100 * r.error))
            .filter(s -> Double.isFinite(s.x()) && Double.isFinite(s.y()))
            .toList();
    return new ScatterChart(
        "Accuracy over trainable parameters",
        "trainable parameters, % of the backbone (logarithmic)",
        "accuracy, %; bars are the intervals",
        spots);
  }
}
