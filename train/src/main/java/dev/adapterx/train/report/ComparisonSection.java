package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import dev.adapterx.train.text.Headings;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Methods side by side: a table, and what was measured over trainable parameters. A method is
 * marked as the best only where its interval is above that of every other.
 *
 * @param measure what was measured, in per cent: {@code accuracy}, {@code mIoU}
 * @param note below the table, explains the intervals
 */
public record ComparisonSection(String measure, List<Row> rows, String note) implements Section {
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
    boolean counted = rows.stream().anyMatch(row -> !row.counted.isEmpty());
    String[] columns = {"Method", "Trainable", Headings.of(measure) + ", %", "Right", "Seconds"};
    html.tableHead(
            Stream.of(columns)
                .filter(column -> counted || !column.equals("Right"))
                .toArray(String[]::new))
        .open("tbody");
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
      if (counted) {
        html.element("td", row.counted, "class", "number");
      }
      html.element("td", Figures.fixed(row.seconds, 1), "class", "number").close("tr");
    }
    html.close("tbody").close("table");
    html.element("p", note, "class", "key").close("div");
    return html.trusted(chart().html()).close("div").toString();
  }

  private boolean isBest(Row row) {
    if (rows.stream().anyMatch(o -> Double.isNaN(o.error))) {
      return false; // nothing says how sure the differences are
    }
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
        Headings.of(measure) + " over trainable parameters",
        "trainable parameters, % of the backbone (logarithmic)",
        measure + ", %; bars are the intervals",
        spots);
  }
}
