package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A point per line: XYZ, TXT, ASC, PTS, CSV. Columns are separated by semicolons, commas, or blanks
 * and tabs, whichever of these the first line has; a decimal comma is accepted where commas do not
 * separate columns. The first three columns are used, or those that a header line names x, y and z.
 * A line with a single whole number before the points, or before each part of them, is their count.
 * Lines that begin with {@code #} or {@code //} are comments. Empty fields and {@code NA} are
 * missing values.
 */
final class XyzFile {
  private static final int UNKNOWN = -1;
  private static final Pattern COUNT = Pattern.compile("[-+]?\\d{1,18}");
  private static final Pattern DECIMAL_COMMA =
      Pattern.compile("[-+]?\\d+,\\d+([eE][-+]?\\d+)?|[-+]?\\d+");
  private static final List<String> MISSING = List.of("", "na", "n/a", "null", "none");

  /** Names of columns, in lower case, without quotes and units. */
  private static final List<List<String>> NAMES =
      List.of(
          List.of("x", "point_x", "pos_x", "coord_x", "points:0", "easting"),
          List.of("y", "point_y", "pos_y", "coord_y", "points:1", "northing"),
          List.of("z", "point_z", "pos_z", "coord_z", "points:2", "elevation", "height"));

  private final Source source;
  private final Lines lines;
  private final Points points = new Points();
  private char separator = ' ';
  private boolean decimalComma;
  private final LabelColumn label;
  private int[] columns = {0, 1, 2};

  /** Column of the label, or -1. */
  private int own = -1;

  private long expected = UNKNOWN;
  private long before;

  private XyzFile(Source source, LabelColumn label) {
    this.source = source;
    this.label = label;
    this.lines = new Lines(source, true);
  }

  static Mesh read(Source source, LabelColumn label) throws IOException {
    return new XyzFile(source, label).read();
  }

  private Mesh read() throws IOException {
    boolean more = next();
    if (more && isCount()) {
      expected = Limits.count("points", lines.integer(0));
      more = next();
    }
    if (more) {
      if (lines.field(0).equalsIgnoreCase("ncols")) {
        throw new DataException(
            "it is a raster of heights (Esri ASCII grid), not points; turn it into XYZ, for example"
                + " with 'gdal_translate -of XYZ IN.asc OUT.xyz'");
      }
      guess();
      if (names()) {
        columns = named();
        more = next();
        if (more) {
          guess();
        }
      } else {
        own = label.of(lines.fields());
      }
    }
    for (; more; more = next()) {
      if (expected >= 0 && points.size() - before == expected && isCount()) {
        before = points.size();
        expected = Limits.count("points", lines.integer(0));
        Limits.count("points", before + expected);
      } else {
        split();
        add();
      }
    }
    requireAll();
    return new Faces().over(points, 0);
  }

  private void requireAll() {
    long found = points.size() - before;
    if (expected >= 0 && found < expected) {
      throw Limits.truncated("points", expected, found, source.position());
    }
    if (expected >= 0 && found > expected) {
      throw new DataException(
          "its %s promises %d points, found %d; correct or remove that line"
              .formatted(before == 0 ? "first line" : "last line of one number", expected, found));
    }
  }

  private void add() {
    int needed = Math.max(columns[0], Math.max(columns[1], columns[2]));
    if (lines.fields() <= needed) {
      throw new DataException(
          "line %d: %d columns, expected at least %d numbers, parted by %s as in the first line"
              .formatted(lines.number(), lines.fields(), needed + 1, parted()));
    }
    points.add(value(columns[0]), value(columns[1]), value(columns[2]));
    if (own >= 0) {
      if (lines.fields() <= own) {
        throw new DataException(
            "line %d: %d columns, expected the label of the point in column %d"
                .formatted(lines.number(), lines.fields(), own + 1));
      }
      points.label(lines.number(own));
    }
  }

  private double value(int column) {
    return !lines.isNumber(column) && MISSING.contains(lines.field(column).toLowerCase(Locale.ROOT))
        ? Double.NaN
        : lines.number(column);
  }

  private boolean next() throws IOException {
    boolean more = lines.next();
    while (more && lines.field(0).startsWith("//")) {
      more = lines.next();
    }
    return more;
  }

  private boolean isCount() {
    return lines.fields() == 1 && COUNT.matcher(lines.field(0)).matches();
  }

  /** Detects a line's separator, and splits the line. */
  private void guess() {
    String line = lines.text();
    if (line.indexOf(';') >= 0) {
      separator = ';';
      decimalComma = true;
    } else {
      boolean comma = line.indexOf(',') >= 0;
      decimalComma = comma && firstThree();
      separator = comma && !decimalComma ? ',' : ' ';
    }
    split();
  }

  /** Whether the first three fields are numbers with decimal commas, or integers. */
  private boolean firstThree() {
    for (int i = 0; i < 3; i++) {
      if (i >= lines.fields() || !DECIMAL_COMMA.matcher(lines.field(i)).matches()) {
        return false;
      }
    }
    return true;
  }

  private void split() {
    if (decimalComma) {
      lines.replace(',', '.');
    }
    if (separator != ' ') {
      lines.splitAt(separator);
    }
  }

  private String parted() {
    return separator == ';' ? "semicolons" : separator == ',' ? "commas" : "blanks or tabs";
  }

  /** Reads the columns' names from a first line without any number. */
  private boolean names() {
    for (int i = 0; i < lines.fields(); i++) {
      if (lines.isNumber(i)) {
        return false;
      }
    }
    return !MISSING.contains(lines.field(0).toLowerCase(Locale.ROOT));
  }

  private int[] named() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < lines.fields(); i++) {
      String name = lines.field(i).replaceAll("[\"']|\\s*[\\[(][^\\[(]*[\\])]$", "");
      names.add(name.strip().toLowerCase(Locale.ROOT));
    }
    int[] found = NAMES.stream().mapToInt(axis -> indexOf(names, axis)).toArray();
    if (Arrays.stream(found).anyMatch(i -> i < 0)) {
      throw new DataException(
          "line %d: expected numbers, or a line of names with x, y and z among them, found %s"
              .formatted(lines.number(), Shown.of(lines.text())));
    }
    own = label.among(names, "columns");
    return found;
  }

  private static int indexOf(List<String> names, List<String> wanted) {
    return wanted.stream().mapToInt(names::indexOf).filter(i -> i >= 0).findFirst().orElse(-1);
  }
}
