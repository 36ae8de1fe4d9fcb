package dev.adapterx.data;

import java.util.List;

/** Formats rows as an aligned table. */
public final class TextTable {
  private TextTable() {}

  /** The first column is left-aligned, the others right-aligned. */
  public static String of(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String blank = " ".repeat(widths[c] - row.get(c).length());
        line.append(c == 0 ? row.get(c) + blank : "  " + blank + row.get(c));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
