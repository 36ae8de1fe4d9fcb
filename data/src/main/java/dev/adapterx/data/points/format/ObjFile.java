package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;

/**
 * Wavefront OBJ: lines {@code v x y z} and {@code f a b c …}, where a corner is {@code v}, {@code
 * v/vt}, {@code v//vn} or {@code v/vt/vn}, counted from 1, or from the last vertex backwards if
 * negative. A line that ends with a backslash continues in the next. A vertex's fourth number, its
 * weight on rational surfaces, and colours after it are ignored. All else (normals, texture,
 * groups, materials, free-form curves) is skipped. The format: Wavefront Advanced Visualizer,
 * appendix B1, http://paulbourke.net/dataformats/obj/
 */
final class ObjFile {
  private final Lines lines;
  private final Points points = new Points();
  private final Faces faces = new Faces();

  private ObjFile(Source source) {
    this.lines = new Lines(source, true, true);
  }

  static Mesh read(Source source) throws IOException {
    return new ObjFile(source).read();
  }

  private Mesh read() throws IOException {
    while (lines.next()) {
      switch (lines.field(0)) {
        case "v" -> vertex();
        case "f", "fo" -> face();
        default -> {}
      }
    }
    return faces.over(points, 1);
  }

  private void vertex() {
    if (lines.fields() < 4) {
      throw new DataException(
          "line %d: vertex %d (counted from 1) has %d numbers, expected 'v x y z'"
              .formatted(lines.number(), points.size() + 1, lines.fields() - 1));
    }
    points.add(lines.number(1), lines.number(2), lines.number(3));
  }

  private void face() {
    faces.begin();
    if (lines.fields() < 2) {
      throw new DataException(
          "line %d: face %d (counted from 1) has no corners, expected 'f a b c'"
              .formatted(lines.number(), faces.size()));
    }
    for (int i = 1; i < lines.fields(); i++) {
      long index = lines.integerBefore(i, '/');
      long vertex = index < 0 ? points.size() + index : index - 1;
      if (vertex < 0) {
        throw new DataException(
            "line %d: face %d (counted from 1) has vertex %d as a corner; %d vertices stand before"
                    .formatted(lines.number(), faces.size(), index, points.size())
                + " it, numbered from 1, or from -1 backwards. It is damaged; write it again");
      }
      faces.corner(vertex);
    }
  }
}
