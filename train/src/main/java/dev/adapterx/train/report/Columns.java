package dev.adapterx.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A table of texts, and its Markdown: aligned, with numbers to the right. */
public record Columns(List<String> head, List<List<String>> rows) {
  public Columns {
    head = List.copyOf(head);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Lines of a Markdown table. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    append(text, head);
    List<String> rule = new ArrayList<>();
    for (int c = 0; c < head.size(); c++) {
      rule.add(isNumeric(c) ? "-".repeat(width(c) - 1) + ":" : "-".repeat(width(c)));
    }
    append(text, rule);
    rows.forEach(row -> append(text, row));
    return text.toString();
  }

  /** The table as a section of a page. */
  public DataTable section(String heading, List<String> notes) {
    List<Boolean> numeric = IntStream.range(0, head.size()).mapToObj(this::isNumeric).toList();
    return new DataTable(heading, head, rows, numeric, notes);
  }

  private void append(StringBuilder text, List<String> cells) {
    for (int c = 0; c < head.size(); c++) {
      String cell = escaped(cells.get(c));
      String space = " ".repeat(Math.max(0, width(c) - cell.length()));
      text.append(c == 0 ? "| " : " | ").append(isNumeric(c) ? space + cell : cell + space);
    }
    text.append(" |\n");
  }

  private int width(int column) {
    int widest = Math.max(3, escaped(head.get(column)).length());
    for (List<String> row : rows) {
      widest = Math.max(widest, escaped(row.get(column)).length());
    }
    return widest;
  }

  /** Whether a column contains numbers only. */
  public boolean isNumeric(int column) {
    return column > 0
        && rows.stream()
            .map(row -> row.get(column))
            .allMatch(cell -> cell.matches("[-–+0-9.,e±% ]*( \\(\\d+ of \\d+\\))?|failed"));
  }

  private static String escaped(String cell) {
    return cell.replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
  }
}
