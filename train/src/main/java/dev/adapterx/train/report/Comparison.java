package dev.adapterx.train.report;

import java.util.Comparator;
import java.util.List;

/** Methods side by side: a table, and accuracy over trainable parameters. */
public record Comparison(List<Row> rows) implements Section {
  /**
   * One method.
   *
   * @param trainablePercent of the backbone without head
   * @param accuracy mean over seeds, 0 … 1
   * @param std sample standard deviation over seeds, NaN for one seed
   * @param seconds of training, mean over seeds
   */
  public record Row(
      String method,
      double trainablePercent,
      double accuracy,
      double std,
      int seeds,
      double seconds) {}

  public Comparison {
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
    double best = rows.stream().mapToDouble(Row::accuracy).max().orElse(Double.NaN);
    var html = new Html().open("div", "class", "beside").open("div", "class", "scroll");
    html.open("table");
    html.tableHead("Method", "Trainable", "Accuracy", "Seeds", "Seconds").open("tbody");
    for (var row : rows) {
      boolean first = row.accuracy == best;
      html.open("tr", "class", first ? "best" : "").open("th", "scope", "row").text(row.method);
      if (first) {
        html.element("span", "best", "class", "badge");
      }
      html.close("th");
      html.element("td", Figures.significant(row.trainablePercent, 3) + " %", "class", "number");
      html.element("td", accuracy(row), "class", "number");
      html.element("td", String.valueOf(row.seeds), "class", "number");
      html.element("td", Figures.fixed(row.seconds, 1), "class", "number").close("tr");
    }
    html.close("tbody").close("table").close("div");
    return html.trusted(chart().html()).close("div").toString();
  }

  private static String accuracy(Row row) {
    String mean = Figures.fixed(100 * row.accuracy, 2);
    return Double.isNaN(row.std)
        ? mean + " %"
        : mean + " ± " + Figures.fixed(100 * row.std, 2) + " %";
  }

  private ScatterChart chart() {
    var spots =
        rows.stream()
            .sorted(Comparator.comparingDouble(Row::accuracy).reversed())
            .map(
                r ->
                    new ScatterChart.Spot(
                        r.method, r.trainablePercent, 100 * r.accuracy, 100 * r.std))
            .filter(s -> Double.isFinite(s.x()) && Double.isFinite(s.y()))
            .toList();
    return new ScatterChart(
        "Accuracy over trainable parameters",
        "trainable parameters, % of the backbone (logarithmic)",
        "accuracy, %; bars show ± one standard deviation",
        spots);
  }
}
