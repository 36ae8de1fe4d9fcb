package dev.adapterx.train.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows {@code method | setting | parameters | accuracies}, one per line: accuracies in the order of
 * the columns, {@code 96.3+-2.5} with a deviation, {@code -} where there is none, or {@code mean
 * 77.0} alone.
 */
final class PublishedTable {
  private static final String NONE = "-";
  private static final String MEAN = "mean ";

  private PublishedTable() {}

  static List<Published> of(String source, List<String> columns, String rows) {
    return rows.lines().filter(r -> !r.isBlank()).map(r -> row(source, columns, r)).toList();
  }

  private static Published row(String source, List<String> columns, String row) {
    List<String> cells = new ArrayList<>();
    for (String cell : row.split("\\|", -1)) {
      cells.add(cell.strip());
    }
    if (cells.size() != 4) {
      throw new IllegalStateException("Not four cells: " + row);
    }
    Double parameters = cells.get(2).equals(NONE) ? null : Double.valueOf(cells.get(2));
    Map<String, Double> accuracies = new LinkedHashMap<>();
    Map<String, Double> deviations = new LinkedHashMap<>();
    Double mean = null;
    if (cells.get(3).startsWith(MEAN)) {
      mean = Double.valueOf(cells.get(3).substring(MEAN.length()));
    } else {
      values(columns, cells.get(3), accuracies, deviations);
    }
    return new Published(
        cells.get(0), cells.get(1), parameters, accuracies, deviations, mean, source);
  }

  private static void values(
      List<String> columns,
      String text,
      Map<String, Double> accuracies,
      Map<String, Double> deviations) {
    String[] values = text.split(" +", -1);
    if (values.length != columns.size()) {
      throw new IllegalStateException("Not " + columns.size() + " values: " + text);
    }
    for (int i = 0; i < values.length; i++) {
      int sign = values[i].indexOf("+-");
      if (sign >= 0) {
        deviations.put(columns.get(i), Double.valueOf(values[i].substring(sign + 2)));
      }
      if (!values[i].equals(NONE)) {
        String value = sign < 0 ? values[i] : values[i].substring(0, sign);
        accuracies.put(columns.get(i), Double.valueOf(value));
      }
    }
  }
}
