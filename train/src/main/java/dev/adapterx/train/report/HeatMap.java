package dev.adapterx.train.report;

import java.util.List;
import java.util.Locale;

/**
 * A table whose cells are tinted by a value; the number in each stays readable.
 *
 * @param caption describes rows and columns
 * @param corner heading of the row labels
 * @param beside headings of further, untinted columns at the right
 * @param foot a last row: its label, then its cells; empty for none
 */
public record HeatMap(
    String caption,
    String corner,
    List<String> columns,
    List<String> beside,
    List<Row> rows,
    List<String> foot) {

  /** Above this value, text has the inverse colour to stay readable. */
  private static final double HOT = 0.72;

  /** One row: a label, tinted cells, plain cells. */
  public record Row(String label, List<Cell> cells, List<String> beside) {}

  /** A number, its tint 0 … 1 and the text shown on hovering. */
  public record Cell(String text, double heat, String hint) {
    String style() {
      return heat > HOT ? "hot" : heat > 0 ? "warm" : "nil";
    }
  }

  public String html() {
    var html = new Html();
    html.element("p", caption, "class", "key");
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    String style = columns.size() > 12 ? "heat dense" : "heat";
    html.open("table", "class", style, "aria-label", caption);
    head(html);
    html.open("tbody");
    rows.forEach(row -> row(html, row));
    html.close("tbody");
    if (!foot.isEmpty()) {
      foot(html);
    }
    return html.close("table").close("div").toString();
  }

  private void head(Html html) {
    html.open("thead").open("tr").element("th", corner, "scope", "col", "class", "corner");
    for (String column : columns) {
      html.open("th", "scope", "col", "class", "turned", "title", column);
      html.element("span", column).close("th");
    }
    for (String column : beside) {
      html.open("th", "scope", "col", "class", "turned side");
      html.element("span", column).close("th");
    }
    html.close("tr").close("thead");
  }

  private static void row(Html html, Row row) {
    html.open("tr").element("th", row.label, "scope", "row", "title", row.label);
    for (var cell : row.cells) {
      String tint = String.format(Locale.ROOT, "--v:%.3f", Math.min(1, Math.max(0, cell.heat)));
      html.element("td", cell.text, "class", cell.style(), "style", tint, "title", cell.hint);
    }
    row.beside.forEach(text -> html.element("td", text, "class", "side"));
    html.close("tr");
  }

  private void foot(Html html) {
    html.open("tfoot").open("tr").element("th", foot.get(0), "scope", "row");
    foot.subList(1, foot.size()).forEach(text -> html.element("td", text, "class", "side"));
    html.close("tr").close("tfoot");
  }
}
