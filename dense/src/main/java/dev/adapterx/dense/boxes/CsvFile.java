package dev.adapterx.dense.boxes;

import dev.adapterx.data.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A table with commas, semicolons or tabs between its cells, which may stand in quotes. */
final class CsvFile {
  private CsvFile() {}

  /** Takes the rows of a table. */
  interface Row {
    /** A row by the names of its columns, in lower case. */
    void read(Map<String, String> cells, int line);
  }

  /** Names of the columns in lower case, as the first line has them. */
  static List<String> head(Path file) {
    List<String> head = new ArrayList<>();
    try {
      TextLines.read(
          file,
          (line, number) -> {
            cells(line, separator(line))
                .forEach(cell -> head.add(cell.strip().toLowerCase(Locale.ROOT)));
            throw new Done();
          });
    } catch (Done e) {
      return head;
    } catch (dev.adapterx.base.DataException e) {
      return List.of(); // no text
    }
    return head;
  }

  private static final class Done extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Done() {
      super(null, null, false, false);
    }
  }

  private static char separator(String line) {
    for (char c : new char[] {',', ';', '\t'}) {
      if (line.indexOf(c) >= 0) {
        return c;
      }
    }
    return ',';
  }

  /** Reads the rows below the first line. */
  static void read(Path file, Row row) {
    List<String> head = head(file);
    char[] separator = {','};
    TextLines.read(
        file,
        (line, number) -> {
          if (number == 1) {
            separator[0] = separator(line);
            return;
          }
          List<String> cells = cells(line, separator[0]);
          Map<String, String> named = new TreeMap<>();
          for (int i = 0; i < Math.min(head.size(), cells.size()); i++) {
            named.put(head.get(i), cells.get(i).strip());
          }
          row.read(named, number);
        });
  }

  /** Quotes within quotes are doubled. */
  static List<String> cells(String line, char separator) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
        if (doubled) {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == separator && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  /** A number; NaN where it is none. */
  static double number(String text) {
    try {
      return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
