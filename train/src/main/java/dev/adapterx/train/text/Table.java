package dev.adapterx.train.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under aligned columns: numbers to the right, words to the left. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... head) {
    rows.add(List.of(head));
  }

  public Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, each with its end. */
  public String text() {
    int columns = rows.get(0).size();
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        String space = " ".repeat(width(c) - cell.length());
        line.append(c == 0 ? "" : "  ").append(isNumeric(c) ? space + cell : cell + space);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isNumeric(int column) {
    return rows.stream().skip(1).map(row -> row.get(column)).allMatch(Table::looksNumeric);
  }

  private static boolean looksNumeric(String cell) {
    return cell.isEmpty() || cell.equals("-") || cell.matches("[-+0-9.,e]+( %)?");
  }

  /** A share, 0 … 1, in percent; a dash for a share of nothing. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Grouped by thousands. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
