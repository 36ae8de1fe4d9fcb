package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.data.TextLines;
import java.nio.file.Path;
import java.util.Arrays;

/** A cloud as text: a point per line, {@code x,y,z} and optional further columns. */
final class CloudText {
  static final int MOST_POINTS = 10_000_000;

  private CloudText() {}

  /**
   * The first three columns, (N, 3) in one array; they need not be finite.
   *
   * @throws DataException naming file and line
   */
  static float[] read(Path file) {
    Rows rows = new Rows(file);
    TextLines.read(file, rows::add);
    if (rows.length == 0) {
      throw new DataException(file + " has no point; expected lines x,y,z");
    }
    return Arrays.copyOf(rows.xyz, rows.length);
  }

  private static final class Rows {
    private final Path file;
    private float[] xyz = new float[3 * 1024];
    private int length;

    Rows(Path file) {
      this.file = file;
    }

    void add(String line, int number) {
      if (length == 3 * MOST_POINTS) {
        throw new DataException(file + " has more than " + MOST_POINTS + " points");
      }
      if (length == xyz.length) {
        xyz = Arrays.copyOf(xyz, 2 * length);
      }
      int start = 0;
      for (int axis = 0; axis < 3; axis++) {
        int end = line.indexOf(',', start);
        if (end < 0 && axis < 2) {
          throw wrong(number, line);
        }
        xyz[length++] = number(line, start, end < 0 ? line.length() : end, number);
        start = end + 1;
      }
    }

    private float number(String line, int start, int end, int number) {
      try {
        return Float.parseFloat(line.substring(start, end));
      } catch (NumberFormatException e) {
        throw wrong(number, line);
      }
    }

    private DataException wrong(int number, String line) {
      return new DataException(
          "%s:%d: expected numbers x,y,z with commas between, found '%s'"
              .formatted(file, number, line.length() > 80 ? line.substring(0, 80) + "…" : line));
    }
  }
}
