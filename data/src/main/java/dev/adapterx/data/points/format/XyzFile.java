package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A point per line: XYZ, TXT, PTS, CSV. Columns are parted by semicolons, commas, or blanks and
 * tabs, whichever of these the first line has; the first three are taken, or those a first line
 * calls x, y and z. A first line of one whole number is the number of points. Lines that begin with
 * {@code #} or {@code //} are comments.
 */
final class XyzFile {
  private static final int UNKNOWN = -1;

  private final Source source;
  private final Lines lines;
  private char separator = ' ';
  private int[] columns = {0, 1, 2};
  private long expected = UNKNOWN;

  private XyzFile(Source source) {
    this.source = source;
    this.lines = new Lines(source, true);
  }

  static Mesh read(Source source) throws IOException {
    return new XyzFile(source).read();
  }

  private Mesh read() throws IOException {
    Points points = new Points();
    boolean more = next();
    if (more && lines.fields() == 1 && lines.field(0).matches("[-+]?\\d{1,18}")) {
      expected = Limits.count("points", lines.integer(0));
      more = next();
    }
    if (more) {
      separator = separator(lines.text());
      split();
      if (names()) {
        columns = named();
        more = next();
      }
    }
    for (; more; more = next()) {
      split();
      add(points);
    }
    if (expected >= 0 && points.size() < expected) {
      throw Limits.truncated("points", expected, points.size(), source.position());
    }
    if (expected >= 0 && points.size() > expected) {
      throw new DataException(
          "its first line promises %d points, found %d; correct or remove that line"
              .formatted(expected, points.size()));
    }
    return new Faces().over(points, 0);
  }

  private void add(Points points) {
    int needed = Math.max(columns[0], Math.max(columns[1], columns[2]));
    if (lines.fields() <= needed) {
      throw new DataException(
          "line %d: %d columns, expected at least %d numbers, parted by %s as in the first line"
              .formatted(lines.number(), lines.fields(), needed + 1, parted()));
    }
    points.add(lines.number(columns[0]), lines.number(columns[1]), lines.number(columns[2]));
  }

  private boolean next() throws IOException {
    boolean more = lines.next();
    while (more && lines.field(0).startsWith("//")) {
      more = lines.next();
    }
    return more;
  }

  private void split() {
    if (separator != ' ') {
      lines.splitAt(separator);
    }
  }

  private static char separator(String line) {
    return line.indexOf(';') >= 0 ? ';' : line.indexOf(',') >= 0 ? ',' : ' ';
  }

  private String parted() {
    return separator == ';' ? "semicolons" : separator == ',' ? "commas" : "blanks or tabs";
  }

  /** A first line without any number names the columns. */
  private boolean names() {
    for (int i = 0; i < lines.fields(); i++) {
      if (lines.isNumber(i)) {
        return false;
      }
    }
    return true;
  }

  private int[] named() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < lines.fields(); i++) {
      names.add(lines.field(i).replaceAll("[\"']", "").strip().toLowerCase(Locale.ROOT));
    }
    int[] found = {names.indexOf("x"), names.indexOf("y"), names.indexOf("z")};
    if (Arrays.stream(found).anyMatch(i -> i < 0)) {
      throw new DataException(
          "line %d: expected numbers, or a line of names with x, y and z among them, found %s"
              .formatted(lines.number(), Shown.of(lines.text())));
    }
    return found;
  }
}
