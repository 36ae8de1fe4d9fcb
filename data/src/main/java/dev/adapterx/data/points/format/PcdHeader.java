package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a PCD file.
 *
 * @param points number of points
 * @param data ascii, binary or binary_compressed
 */
record PcdHeader(List<Field> fields, int points, String data) {
  private static final Map<String, Scalar> TYPES =
      Map.of(
          "I1", Scalar.INT8,
          "I2", Scalar.INT16,
          "I4", Scalar.INT32,
          "I8", Scalar.INT64,
          "U1", Scalar.UINT8,
          "U2", Scalar.UINT16,
          "U4", Scalar.UINT32,
          "U8", Scalar.UINT64,
          "F4", Scalar.FLOAT32,
          "F8", Scalar.FLOAT64);

  private static final List<String> KEYS =
      List.of(
          "VERSION",
          "FIELDS",
          "COLUMNS",
          "SIZE",
          "TYPE",
          "COUNT",
          "WIDTH",
          "HEIGHT",
          "VIEWPOINT",
          "POINTS",
          "DATA");

  private static final List<String> DATA = List.of("ascii", "binary", "binary_compressed");

  /** Limit of the bytes of a point, against hostile headers. */
  private static final int MOST_BYTES = 1 << 20;

  /**
   * A column, or several of the same name.
   *
   * @param count number of values per point
   */
  record Field(String name, Scalar type, int count) {
    long bytes() {
      return (long) type.bytes() * count;
    }
  }

  static PcdHeader read(Lines lines) throws IOException {
    Map<String, List<String>> header = new HashMap<>();
    while (!header.containsKey("DATA")) {
      if (!lines.next()) {
        throw new DataException("its header has no DATA line; it is cut off: fetch it again");
      }
      String key = lines.field(0);
      if (!key.startsWith("#")) {
        put(header, key, lines);
      }
    }
    String data = word(header, "DATA");
    if (!DATA.contains(data)) {
      throw new DataException(
          "DATA is %s, expected %s%s"
              .formatted(Shown.of(data), String.join(", ", DATA), Names.hint(data, DATA)));
    }
    PcdHeader read = new PcdHeader(fields(header), points(header), data);
    if (read.bytes() > MOST_BYTES) {
      throw new DataException(
          "its points have %d bytes each, expected %d at most; the header is damaged"
              .formatted(read.bytes(), MOST_BYTES));
    }
    return read;
  }

  /** Bytes of a point. */
  long bytes() {
    return fields.stream().mapToLong(Field::bytes).sum();
  }

  /** Position of the first field of that name. */
  int position(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new DataException(
        "it has the fields %s, expected x, y and z among them"
            .formatted(Names.some(fields.stream().map(Field::name).toList())));
  }

  private static void put(Map<String, List<String>> header, String key, Lines lines) {
    if (!KEYS.contains(key)) {
      throw new DataException(
          "line %d: %s is no key of a PCD header; expected %s%s"
              .formatted(
                  lines.number(), Shown.of(key), String.join(", ", KEYS), Names.hint(key, KEYS)));
    }
    List<String> values = new ArrayList<>();
    for (int i = 1; i < lines.fields(); i++) {
      values.add(lines.field(i));
    }
    header.put(key.equals("COLUMNS") ? "FIELDS" : key, values);
  }

  private static List<Field> fields(Map<String, List<String>> header) {
    List<String> names = values(header, "FIELDS");
    List<String> sizes = values(header, "SIZE");
    List<String> types = values(header, "TYPE");
    List<String> ones = names.stream().map(n -> "1").toList();
    List<String> counts = header.getOrDefault("COUNT", ones);
    if (sizes.size() != names.size()
        || types.size() != names.size()
        || counts.size() != names.size()) {
      throw new DataException(
          "FIELDS has %d entries, SIZE %d, TYPE %d, COUNT %d; expected the same number of each"
              .formatted(names.size(), sizes.size(), types.size(), counts.size()));
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Scalar type = TYPES.get(types.get(i) + sizes.get(i));
      if (type == null) {
        throw new DataException(
            "field %s has TYPE %s and SIZE %s, expected I or U of 1, 2, 4, 8 or F of 4, 8 bytes"
                .formatted(Shown.of(names.get(i)), Shown.of(types.get(i)), Shown.of(sizes.get(i))));
      }
      long count = number("COUNT", counts.get(i));
      if (count < 0 || count > MOST_BYTES) {
        throw new DataException(
            "field %s has COUNT %d, expected 1 to %d"
                .formatted(Shown.of(names.get(i)), count, MOST_BYTES));
      }
      fields.add(new Field(names.get(i), type, (int) count));
    }
    return List.copyOf(fields);
  }

  private static int points(Map<String, List<String>> header) {
    if (header.containsKey("POINTS")) {
      return Limits.count("points", number("POINTS", word(header, "POINTS")));
    }
    long width = Limits.count("points per row", number("WIDTH", word(header, "WIDTH")));
    long height = Limits.count("rows", number("HEIGHT", word(header, "HEIGHT")));
    return Limits.count("points", width * height);
  }

  private static List<String> values(Map<String, List<String>> header, String key) {
    return Optional.ofNullable(header.get(key))
        .orElseThrow(
            () ->
                new DataException(
                    "its header has no %s line; expected one before DATA".formatted(key)));
  }

  private static String word(Map<String, List<String>> header, String key) {
    List<String> values = values(header, key);
    return values.isEmpty() ? "" : values.get(0);
  }

  private static long number(String key, String text) {
    if (!text.matches("[-+]?\\d{1,18}")) {
      throw new DataException("%s is %s, expected a whole number".formatted(key, Shown.of(text)));
    }
    return Long.parseLong(text);
  }
}
