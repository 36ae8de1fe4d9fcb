package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.points.format.PlyHeader.Element;
import dev.adapterx.data.points.format.PlyHeader.Property;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/**
 * The Stanford polygon format PLY, as text or binary of either byte order: x, y and z of the
 * element {@code vertex} and the list {@code vertex_indices} (or {@code vertex_index}) of the
 * element {@code face} or of {@code tristrips}. Other properties and elements are skipped by their
 * declared types. The format: Turk, "The PLY Polygon File Format", 1994,
 * http://paulbourke.net/dataformats/ply/
 */
final class PlyFile {
  private final Source source;
  private final LabelColumn label;
  private final PlyHeader header;
  private final PlyValues values;
  private final Points points = new Points();
  private final Faces faces = new Faces();

  private PlyFile(Source source, LabelColumn label) throws IOException {
    this.source = source;
    this.label = label;
    Lines lines = new Lines(source, false);
    this.header = PlyHeader.read(lines);
    this.values =
        header.order().isPresent()
            ? new PlyValues.Binary(source, header.order().get())
            : new PlyValues.Text(lines);
  }

  static Mesh read(Source source, LabelColumn label) throws IOException {
    return new PlyFile(source, label).read();
  }

  static boolean hasLabels(Source source, LabelColumn label) throws IOException {
    return PlyHeader.read(new Lines(source, false)).elements().stream()
        .filter(e -> e.name().equals("vertex"))
        .map(e -> e.properties().stream().map(Property::name).toList())
        .anyMatch(names -> label.among(names, "properties") >= 0);
  }

  private Mesh read() throws IOException {
    List<String> names = header.elements().stream().map(Element::name).toList();
    if (!names.contains("vertex")) {
      throw new DataException("its header has no element 'vertex'; it is no file of points");
    }
    for (Element element : header.elements()) {
      switch (element.name()) {
        case "vertex" -> vertices(element);
        case "face" -> faces(element);
        case "tristrips" -> strips(element);
        default -> skip(element);
      }
    }
    return faces.over(points, 0);
  }

  private void vertices(Element element) throws IOException {
    int x = element.position(false, "x");
    int y = element.position(false, "y");
    int z = element.position(false, "z");
    if (x < 0 || y < 0 || z < 0) {
      throw new DataException(
          "its vertices have the properties %s, expected x, y and z to be among them"
              .formatted(element.propertyNames()));
    }
    int own =
        label.among(
            element.properties().stream().map(Property::name).toList(),
            "properties of its vertices");
    double[] row = new double[element.properties().size()];
    each(
        element,
        () -> {
          for (int i = 0; i < row.length; i++) {
            Property property = element.properties().get(i);
            if (property.listCount().isPresent()) {
              skip(property);
            } else {
              row[i] = values.next(property.type());
            }
          }
          points.add(row[x], row[y], row[z]);
          if (own >= 0) {
            points.label(row[own]);
          }
        });
  }

  private void faces(Element element) throws IOException {
    int corners = element.position(true, "vertex_indices", "vertex_index");
    if (corners < 0 && element.count() > 0) {
      throw new DataException(
          "its faces have the properties %s, expected a list vertex_indices among them"
              .formatted(element.propertyNames()));
    }
    each(
        element,
        () -> {
          for (int i = 0; i < element.properties().size(); i++) {
            if (i == corners) {
              face(element.properties().get(i));
            } else {
              skip(element.properties().get(i));
            }
          }
        });
  }

  /** Each corner forms a triangle with the two before it; -1 starts a new strip. */
  private void strips(Element element) throws IOException {
    int corners = element.position(true, "vertex_indices", "vertex_index");
    if (corners < 0 && element.count() > 0) {
      throw new DataException(
          "its triangle strips have the properties %s, expected a list vertex_indices among them"
              .formatted(element.propertyNames()));
    }
    each(
        element,
        () -> {
          for (int i = 0; i < element.properties().size(); i++) {
            if (i == corners) {
              strip(element.properties().get(i));
            } else {
              skip(element.properties().get(i));
            }
          }
        });
  }

  private void strip(Property property) throws IOException {
    long count = items(property);
    double[] last = new double[2];
    int length = 0;
    for (long i = 0; i < count; i++) {
      double corner = values.next(property.type());
      if (corner == -1) {
        length = 0;
        continue;
      }
      if (length >= 2) {
        faces.begin();
        corner(last[0]);
        corner(last[1]);
        corner(corner);
      }
      last[0] = last[1];
      last[1] = corner;
      length++;
    }
  }

  private void face(Property property) throws IOException {
    faces.begin();
    long count = items(property);
    for (long i = 0; i < count; i++) {
      corner(values.next(property.type()));
    }
  }

  private void corner(double corner) {
    if (corner != Math.rint(corner)) {
      throw new DataException(
          "face %d (counted from 1) has %s as a corner, expected the number of a vertex"
              .formatted(faces.size(), corner));
    }
    faces.corner((long) corner);
  }

  private void skip(Element element) throws IOException {
    if (header.order().isPresent() && element.bytes().isPresent()) {
      long bytes = element.bytes().get();
      long there = bytes == 0 ? element.count() : source.remaining() / bytes;
      if (there < element.count()) {
        throw truncated(element, there);
      }
      source.skip(element.count() * bytes);
      return;
    }
    each(
        element,
        () -> {
          for (Property property : element.properties()) {
            skip(property);
          }
        });
  }

  private void skip(Property property) throws IOException {
    values.skip(property.type(), property.listCount().isPresent() ? items(property) : 1);
  }

  private long items(Property list) throws IOException {
    double count = values.next(list.listCount().orElseThrow());
    if (!(count >= 0 && count <= Integer.MAX_VALUE && count == Math.rint(count))) {
      throw new DataException(
          "a list '%s' promises %s items, expected a count; it is damaged: write it again"
              .formatted(list.name(), count));
    }
    return (long) count;
  }

  /** Reads one instance of an element. */
  @FunctionalInterface
  private interface Instance {
    void read() throws IOException;
  }

  private void each(Element element, Instance instance) throws IOException {
    for (long i = 0; i < element.count(); i++) {
      boolean there = values.start();
      try {
        if (there) {
          instance.read();
        }
      } catch (EOFException e) {
        there = false;
      }
      if (!there) {
        throw truncated(element, i);
      }
    }
  }

  private DataException truncated(Element element, long found) {
    long end = source.position() + source.remaining();
    return Limits.truncated(
        "of the element " + Shown.of(element.name()), element.count(), found, end);
  }
}
