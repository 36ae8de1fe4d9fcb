package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A NumPy array, (N, 3) or wider: a row per point, of which the first three numbers are used. Half,
 * single and double precision and whole numbers of either byte order, by rows or (Fortran) by
 * columns. The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
final class NpyFile {
  private static final int LONGEST = 10_000;

  /** More columns than points have; three such rows are coordinates. */
  private static final int WIDEST = 64;

  private static final Map<String, Scalar> TYPES =
      Map.ofEntries(
          Map.entry("f2", Scalar.FLOAT16),
          Map.entry("f4", Scalar.FLOAT32),
          Map.entry("f8", Scalar.FLOAT64),
          Map.entry("i1", Scalar.INT8),
          Map.entry("i2", Scalar.INT16),
          Map.entry("i4", Scalar.INT32),
          Map.entry("i8", Scalar.INT64),
          Map.entry("u1", Scalar.UINT8),
          Map.entry("u2", Scalar.UINT16),
          Map.entry("u4", Scalar.UINT32),
          Map.entry("u8", Scalar.UINT64));

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{0,64})'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]{0,200})\\)");
  private static final Pattern TWO =
      Pattern.compile("\\s*(\\d{1,18})L?\\s*,\\s*(\\d{1,18})L?,?\\s*");

  private static final Pattern ONE = Pattern.compile("\\s*(\\d{1,18})L?\\s*,?\\s*(1L?\\s*,?)?\\s*");

  private final Source source;
  private final Scalar type;
  private final ByteOrder order;
  private final boolean byColumns;
  private final LabelColumn label;
  private final int rows;
  private final long columns;

  private NpyFile(Source source, LabelColumn label) throws IOException {
    this.source = source;
    this.label = label;
    String dict = dict(source);
    String descr = find(DESCR, dict, "descr");
    Scalar named = descr.length() == 3 ? TYPES.get(descr.substring(1)) : null;
    if (named == null) {
      throw new DataException(
          "its numbers are of type %s, expected floats f2, f4, f8 or whole numbers; save it .astype(np.float32)"
              .formatted(Shown.of(descr)));
    }
    this.type = named;
    this.order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    this.byColumns = find(FORTRAN, dict, "fortran_order").equals("True");
    String shape = find(SHAPE, dict, "shape").strip();
    Matcher two = TWO.matcher(shape);
    if (!two.matches() || Long.parseLong(two.group(2)) < 3) {
      throw new DataException(
          "its shape is (%s), expected (N, 3) or wider: a row per point. Reshape or transpose it"
              .formatted(shape));
    }
    if (Long.parseLong(two.group(1)) == 3 && Long.parseLong(two.group(2)) > WIDEST) {
      throw new DataException(
          "its shape is (%s), a row per coordinate; expected a row per point: save its transpose .T"
              .formatted(shape));
    }
    this.rows = Limits.count("points", Long.parseLong(two.group(1)));
    this.columns = Long.parseLong(two.group(2));
  }

  static Mesh read(Source source, LabelColumn label) throws IOException {
    return new NpyFile(source, label).read();
  }

  private Mesh read() throws IOException {
    long row = columns > source.remaining() ? Long.MAX_VALUE : columns * type.bytes();
    long there = source.remaining() / row;
    if (there < rows) {
      throw Limits.truncated("points", rows, there, source.position() + source.remaining());
    }
    int own = columns > LabelColumn.MOST ? -1 : label.of((int) columns);
    Points points = new Points();
    if (byColumns) {
      addColumns(points, own);
    } else {
      for (int i = 0; i < rows; i++) {
        double x = next();
        double y = next();
        points.add(x, y, next());
        long rest = columns - 3;
        if (own >= 0) {
          source.skip((own - 3L) * type.bytes());
          points.label(next());
          rest = columns - own - 1;
        }
        source.skip(rest * type.bytes());
      }
    }
    return new Faces().over(points, 0);
  }

  private void addColumns(Points points, int own) throws IOException {
    double[] x = column();
    double[] y = column();
    double[] z = column();
    double[] labels = new double[0];
    if (own >= 0) {
      source.skip((own - 3L) * rows * type.bytes());
      labels = column();
    }
    for (int i = 0; i < rows; i++) {
      points.add(x[i], y[i], z[i]);
      if (own >= 0) {
        points.label(labels[i]);
      }
    }
  }

  /** An array (N) or (N, 1) of whole numbers. */
  static int[] labels(Source source) throws IOException {
    String dict = dict(source);
    String descr = find(DESCR, dict, "descr");
    Scalar type = descr.length() == 3 ? TYPES.get(descr.substring(1)) : null;
    String shape = find(SHAPE, dict, "shape").strip();
    Matcher one = ONE.matcher(shape);
    if (type == null || !one.matches()) {
      throw new DataException(
          "it is an array of %s and shape (%s), expected whole numbers (N), a label for each point"
              .formatted(Shown.of(descr), shape));
    }
    ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int count = Limits.count("labels", Long.parseLong(one.group(1)));
    long there = source.remaining() / type.bytes();
    if (there < count) {
      throw Limits.truncated("labels", count, there, source.position() + source.remaining());
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = LabelColumn.value(type.read(source, order), i + 1);
    }
    return labels;
  }

  private double[] column() throws IOException {
    double[] column = new double[rows];
    for (int i = 0; i < rows; i++) {
      column[i] = next();
    }
    return column;
  }

  private double next() throws IOException {
    return type.read(source, order);
  }

  private static String dict(Source source) throws IOException {
    Limits.magic(source, "of npy", 0x93, 'N', 'U', 'M', 'P', 'Y');
    int version = (int) source.bits(1, ByteOrder.LITTLE_ENDIAN);
    source.skip(1);
    if (version < 1 || version > 3) {
      throw new DataException("npy version %d, expected 1, 2 or 3".formatted(version));
    }
    long length = source.bits(version == 1 ? 2 : 4, ByteOrder.LITTLE_ENDIAN);
    if (length > Math.min(LONGEST, source.remaining())) {
      throw new DataException(
          "npy header of %d bytes, expected %d at most. It is damaged; save it again"
              .formatted(length, Math.min(LONGEST, source.remaining())));
    }
    return new String(source.bytes((int) length), StandardCharsets.ISO_8859_1);
  }

  private static String find(Pattern pattern, String dict, String key) {
    Matcher matcher = pattern.matcher(dict);
    if (!matcher.find()) {
      throw new DataException(
          "npy header without a plain '%s' (records and objects are not read), found %s"
              .formatted(key, Shown.of(dict.strip())));
    }
    return matcher.group(1);
  }
}
