package dev.adapterx.train.log;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180, lines ended by a line feed). */
public final class Csv {
  private Csv() {}

  /** A header of all keys in the order they first appear, then a row per record. */
  public static String table(List<Map<String, Object>> records) {
    var columns = new LinkedHashSet<String>();
    records.forEach(record -> columns.addAll(record.keySet()));
    var text = new StringBuilder(row(columns.stream().map(Csv::cell).toList()));
    for (var record : records) {
      text.append(row(columns.stream().map(c -> cell(record.getOrDefault(c, ""))).toList()));
    }
    return text.toString();
  }

  private static String row(List<String> cells) {
    return cells.isEmpty() ? "" : cells.stream().collect(Collectors.joining(",", "", "\n"));
  }

  /** A value, in quotes where it needs them. */
  public static String cell(Object value) {
    String text = String.valueOf(value);
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
