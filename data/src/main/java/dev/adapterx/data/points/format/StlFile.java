package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * STL, triangles without shared corners, as text or binary: 80 bytes of any content (some programs
 * begin them with {@code solid}, as text does), the number of triangles, and 50 bytes for each. The
 * size of the file decides which it is. Normals and attributes are skipped. The format: 3D Systems,
 * "StereoLithography Interface Specification", 1989.
 */
final class StlFile {
  private static final int HEADER = 84;
  private static final int TRIANGLE = 50;

  private final Source source;
  private final Points points = new Points();
  private final Faces faces = new Faces();

  private StlFile(Source source) {
    this.source = source;
  }

  static Mesh read(Source source) throws IOException {
    return new StlFile(source).read();
  }

  private Mesh read() throws IOException {
    byte[] head = source.peek(HEADER);
    long promised = 0;
    for (int i = HEADER - 1; i >= 80 && head.length == HEADER; i--) {
      promised = promised << 8 | (head[i] & 0xFF);
    }
    boolean fits = head.length == HEADER && source.remaining() == HEADER + TRIANGLE * promised;
    boolean text =
        new String(head, StandardCharsets.ISO_8859_1)
            .stripLeading()
            .toLowerCase(Locale.ROOT)
            .startsWith("solid");
    if (text && !fits) {
      text();
    } else {
      binary(head.length, promised);
    }
    return faces.over(points, 0);
  }

  private void binary(int head, long promised) throws IOException {
    if (head < HEADER) {
      throw new DataException(
          "it ends at byte %d, within its header of %d. It is cut off; fetch or write it again"
              .formatted(head, HEADER));
    }
    int count = Limits.count("triangles", promised);
    long there = (source.remaining() - HEADER) / TRIANGLE;
    if (there < count) {
      throw Limits.truncated("triangles", count, there, source.position() + source.remaining());
    }
    source.skip(HEADER);
    for (int i = 0; i < count; i++) {
      source.skip(12);
      faces.begin();
      for (int corner = 0; corner < 3; corner++) {
        faces.corner(points.size());
        points.add(real(), real(), real());
      }
      source.skip(2);
    }
  }

  private double real() throws IOException {
    return Scalar.FLOAT32.read(source, ByteOrder.LITTLE_ENDIAN);
  }

  private void text() throws IOException {
    Lines lines = new Lines(source, false);
    int corners = -1;
    while (lines.next()) {
      String word = lines.field(0).toLowerCase(Locale.ROOT);
      if (word.equals("facet")) {
        faces.begin();
        corners = 0;
      } else if (word.equals("endfacet")) {
        requireTriangle(lines, corners);
        corners = -1;
      } else if (word.equals("vertex")) {
        if (corners < 0 || lines.fields() != 4) {
          throw new DataException(
              "line %d: expected 'vertex x y z' within a facet, found %s"
                  .formatted(lines.number(), Shown.of(lines.text())));
        }
        corners++;
        faces.corner(points.size());
        points.add(lines.number(1), lines.number(2), lines.number(3));
      }
    }
    if (corners >= 0) {
      throw new DataException(
          "it ends within facet %d. It is cut off; fetch or write it again"
              .formatted(faces.size()));
    }
  }

  private void requireTriangle(Lines lines, int corners) {
    if (corners != 3) {
      throw new DataException(
          "line %d: facet %d (counted from 1) has %d corners, expected 3; write the file again"
              .formatted(lines.number(), faces.size(), Math.max(0, corners)));
    }
  }
}
