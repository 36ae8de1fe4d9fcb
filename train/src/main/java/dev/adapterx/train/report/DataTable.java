package dev.adapterx.train.report;

import java.util.List;

/**
 * A table of texts with notes below it.
 *
 * @param numeric whether a column contains numbers, which are right-aligned
 * @param notes below it; may be none
 */
public record DataTable(
    String heading,
    List<String> head,
    List<List<String>> rows,
    List<Boolean> numeric,
    List<String> notes)
    implements Section {
  public DataTable {
    head = List.copyOf(head);
    rows = rows.stream().map(List::copyOf).toList();
    numeric = List.copyOf(numeric);
    notes = List.copyOf(notes);
  }

  @Override
  public boolean empty() {
    return rows.isEmpty() && notes.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    if (!rows.isEmpty()) {
      table(html);
    }
    if (!notes.isEmpty()) {
      html.open("ul", "class", "notes");
      notes.forEach(note -> html.element("li", note));
      html.close("ul");
    }
    return html.toString();
  }

  private void table(Html html) {
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", heading);
    html.open("table").open("thead").open("tr");
    for (int c = 0; c < head.size(); c++) {
      html.element("th", head.get(c), "scope", "col", "class", kind(c));
    }
    html.close("tr").close("thead").open("tbody");
    for (var row : rows) {
      html.open("tr").element("th", row.get(0), "scope", "row");
      for (int c = 1; c < head.size(); c++) {
        html.element("td", row.get(c), "class", kind(c));
      }
      html.close("tr");
    }
    html.close("tbody").close("table").close("div");
  }

  private String kind(int column) {
    return numeric.get(column) ? "number" : "";
  }
}
