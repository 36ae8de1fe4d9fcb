package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.List;

/**
 * The numbers of trained and stored parameters.
 *
 * @param rows the counts that matter: peft, head, trainable, stored
 * @param tensors every trainable tensor, initially collapsed; may be empty
 */
public record ParameterSection(List<Row> rows, List<Tensor> tensors) implements Section {
  /**
   * One count.
   *
   * @param percent of the backbone without its head
   */
  public record Row(String name, long count, double percent, String note) {}

  /** One trainable tensor. */
  public record Tensor(String name, String shape, long count) {}

  public ParameterSection {
    rows = List.copyOf(rows);
    tensors = List.copyOf(tensors);
  }

  @Override
  public String heading() {
    return "Parameters";
  }

  @Override
  public boolean empty() {
    return rows.isEmpty() && tensors.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html().open("div", "class", "scroll");
    html.open("table").tableHead("Part", "Parameters", "% of backbone", "Note").open("tbody");
    for (var row : rows) {
      html.open("tr").element("th", row.name, "scope", "row");
      html.element("td", Figures.whole(row.count), "class", "number");
      html.element("td", Figures.significant(row.percent, 3) + " %", "class", "number");
      html.element("td", row.note).close("tr");
    }
    html.close("tbody").close("table").close("div");
    if (!tensors.isEmpty()) {
      tensorTable(html);
    }
    return html.toString();
  }

  private void tensorTable(Html html) {
    html.open("details").element("summary", "All " + tensors.size() + " trainable tensors");
    html.open(
        "div",
        "class",
        "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Trainable tensors");
    html.open("table").tableHead("Tensor", "Shape", "Parameters").open("tbody");
    for (var tensor : tensors) {
      html.open("tr").open("th", "scope", "row").element("code", tensor.name).close("th");
      html.element("td", tensor.shape, "class", "number");
      html.element("td", Figures.whole(tensor.count), "class", "number").close("tr");
    }
    html.close("tbody").close("table").close("div").close("details");
  }
}
