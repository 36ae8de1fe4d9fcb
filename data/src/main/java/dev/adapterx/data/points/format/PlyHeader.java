package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The header of a PLY file.
 *
 * @param order of binary numbers; empty if they are text
 */
record PlyHeader(Optional<ByteOrder> order, List<Element> elements) {
  private static final Map<String, Scalar> TYPES =
      Map.ofEntries(
          Map.entry("char", Scalar.INT8),
          Map.entry("int8", Scalar.INT8),
          Map.entry("uchar", Scalar.UINT8),
          Map.entry("uint8", Scalar.UINT8),
          Map.entry("short", Scalar.INT16),
          Map.entry("int16", Scalar.INT16),
          Map.entry("ushort", Scalar.UINT16),
          Map.entry("uint16", Scalar.UINT16),
          Map.entry("int", Scalar.INT32),
          Map.entry("int32", Scalar.INT32),
          Map.entry("uint", Scalar.UINT32),
          Map.entry("uint32", Scalar.UINT32),
          Map.entry("float", Scalar.FLOAT32),
          Map.entry("float32", Scalar.FLOAT32),
          Map.entry("double", Scalar.FLOAT64),
          Map.entry("float64", Scalar.FLOAT64));

  private static final Map<String, Optional<ByteOrder>> FORMATS =
      Map.of(
          "ascii", Optional.empty(),
          "binary_little_endian", Optional.of(ByteOrder.LITTLE_ENDIAN),
          "binary_big_endian", Optional.of(ByteOrder.BIG_ENDIAN));

  /** A kind of element, such as vertices, and its properties. */
  record Element(String name, long count, List<Property> properties) {
    /** Position of a property, or -1. */
    int position(boolean list, String... names) {
      List<String> wanted = List.of(names);
      for (int i = 0; i < properties.size(); i++) {
        Property p = properties.get(i);
        if (p.listCount().isPresent() == list && wanted.contains(p.name())) {
          return i;
        }
      }
      return -1;
    }

    /** Bytes per instance, if all have the same size. */
    Optional<Long> bytes() {
      boolean lists = properties.stream().anyMatch(p -> p.listCount().isPresent());
      return lists
          ? Optional.empty()
          : Optional.of(properties.stream().mapToLong(p -> p.type().bytes()).sum());
    }

    String propertyNames() {
      return Names.some(properties.stream().map(Property::name).toList());
    }
  }

  /**
   * A number, or a list of numbers that begins with its length.
   *
   * @param listCount type of the length, for a list
   */
  record Property(String name, Scalar type, Optional<Scalar> listCount) {}

  static PlyHeader read(Lines lines) throws IOException {
    if (!lines.next() || !lines.text().equals("ply")) {
      throw wrong(lines, "expected 'ply'");
    }
    Optional<Optional<ByteOrder>> format = Optional.empty();
    List<Element> elements = new ArrayList<>();
    while (lines.next() && !lines.field(0).equals("end_header")) {
      switch (lines.field(0)) {
        case "comment", "obj_info" -> {}
        case "format" -> format = Optional.of(format(lines));
        case "element" -> elements.add(element(lines, elements));
        case "property" -> property(lines, elements);
        default -> throw wrong(lines, "expected format, element, property or end_header");
      }
    }
    if (lines.fields() == 0) {
      throw new DataException("its header has no end; it is cut off: fetch or write it again");
    }
    return new PlyHeader(
        format.orElseThrow(
            () -> new DataException("its header has no 'format' line; write the file again")),
        elements);
  }

  private static Optional<ByteOrder> format(Lines lines) {
    String name = lines.fields() > 1 ? lines.field(1) : "";
    Optional<ByteOrder> order = FORMATS.get(name);
    if (order == null) {
      throw wrong(lines, "expected format ascii, binary_little_endian or binary_big_endian");
    }
    return order;
  }

  private static Element element(Lines lines, List<Element> before) {
    if (lines.fields() != 3) {
      throw wrong(lines, "expected 'element NAME COUNT'");
    }
    String name = lines.field(1);
    if (before.stream().anyMatch(e -> e.name().equals(name))) {
      throw wrong(lines, "this element is declared for the second time");
    }
    boolean read = name.equals("vertex") || name.equals("face");
    long count = lines.integer(2);
    if (read || count < 0) {
      Limits.count("of the element " + Shown.of(name), count);
    }
    return new Element(name, count, new ArrayList<>());
  }

  private static void property(Lines lines, List<Element> elements) {
    if (elements.isEmpty()) {
      throw wrong(lines, "expected an element before its properties");
    }
    boolean list = lines.fields() > 1 && lines.field(1).equals("list");
    if (lines.fields() != (list ? 5 : 3)) {
      throw wrong(lines, "expected 'property TYPE NAME' or 'property list TYPE TYPE NAME'");
    }
    Optional<Scalar> count = list ? Optional.of(type(lines, 2)) : Optional.empty();
    Scalar type = type(lines, list ? 3 : 1);
    if (count.filter(c -> c == Scalar.FLOAT32 || c == Scalar.FLOAT64).isPresent()) {
      throw wrong(lines, "the number of a list's items must be of a whole type");
    }
    elements
        .get(elements.size() - 1)
        .properties()
        .add(new Property(lines.field(list ? 4 : 2), type, count));
  }

  private static Scalar type(Lines lines, int field) {
    String name = lines.field(field);
    Scalar type = TYPES.get(name);
    if (type == null) {
      throw new DataException(
          "line %d: %s is no type of PLY; known: %s%s"
              .formatted(
                  lines.number(),
                  Shown.of(name),
                  String.join(", ", new TreeSet<>(TYPES.keySet())),
                  Names.hint(name, TYPES.keySet())));
    }
    return type;
  }

  private static DataException wrong(Lines lines, String why) {
    return new DataException(
        "line %d: %s, found %s".formatted(lines.number(), why, Shown.of(lines.text())));
  }
}
