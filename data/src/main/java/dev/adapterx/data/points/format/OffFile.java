package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Geomview's Object File Format as text or binary: {@code OFF}, the numbers of vertices, faces and
 * edges, a line {@code x y z} ({@code 4OFF}: and w, which divides them) per vertex and a line
 * {@code n i₁ … iₙ} per face. The rest of a line (colours, normals, texture) is skipped. Some files
 * of ModelNet have the numbers in the first line without a blank, {@code OFF490 518 0}; they are
 * read too. The format: http://www.geomview.org/docs/html/OFF.html
 */
final class OffFile {
  private static final Pattern MAGIC =
      Pattern.compile("(ST)?(C)?(N)?(4)?(n)?OFF(.*)", Pattern.DOTALL);

  /** Matches the counts of a file in which the word OFF is missing. */
  private static final Pattern COUNTS = Pattern.compile("\\d{1,9}(\\s+\\d{1,9}){1,2}");

  private final Source source;
  private final Lines lines;
  private boolean binary;
  private boolean homogeneous;

  /** Bytes of texture, colour and normal of a vertex, in binary. */
  private int extra;

  private OffFile(Source source) {
    this.source = source;
    this.lines = new Lines(source, true);
  }

  static Mesh read(Source source) throws IOException {
    return new OffFile(source).read();
  }

  private Mesh read() throws IOException {
    long[] counts = header();
    int vertices = Limits.count("vertices", counts[0]);
    int faces = Limits.count("faces", counts[1]);
    return binary ? binary(vertices, faces) : text(vertices, faces);
  }

  private Mesh text(int vertices, int faces) throws IOException {
    Points points = new Points();
    int needed = homogeneous ? 4 : 3;
    for (int i = 0; i < vertices; i++) {
      next("vertices", vertices, i);
      if (lines.fields() < needed) {
        throw new DataException(
            "line %d: vertex %d (counted from 1) has %d numbers, expected x y z%s"
                .formatted(lines.number(), i + 1, lines.fields(), homogeneous ? " w" : ""));
      }
      add(
          points,
          lines.number(0),
          lines.number(1),
          lines.number(2),
          homogeneous ? lines.number(3) : 1);
    }
    Faces triangles = new Faces();
    for (int i = 0; i < faces; i++) {
      next("faces", faces, i);
      face(triangles);
    }
    return triangles.over(points, 0);
  }

  /** Big-endian; each face ends with the number of its colour components and their values. */
  private Mesh binary(int vertices, int faces) throws IOException {
    Points points = new Points();
    for (int i = 0; i < vertices; i++) {
      if (source.remaining() < 4L * (homogeneous ? 4 : 3) + extra) {
        throw Limits.truncated("vertices", vertices, i, source.position() + source.remaining());
      }
      add(points, real(), real(), real(), homogeneous ? real() : 1);
      source.skip(extra);
    }
    Faces triangles = new Faces();
    for (int i = 0; i < faces; i++) {
      triangles.begin();
      long corners = integer();
      if (corners < 1 || corners > source.remaining() / 4) {
        throw new DataException(
            "face %d (counted from 1) promises %d corners, and %d bytes are left; it is damaged:"
                    .formatted(i + 1, corners, source.remaining())
                + " write it again");
      }
      for (long k = 0; k < corners; k++) {
        triangles.corner(integer());
      }
      long components = integer();
      if (components < 0 || components > 4) {
        throw new DataException(
            "face %d (counted from 1) has a colour of %d components, expected 0 to 4; it is damaged:"
                    .formatted(i + 1, components)
                + " write it again");
      }
      source.skip(4 * components);
    }
    return triangles.over(points, 0);
  }

  private static void add(Points points, double x, double y, double z, double w) {
    points.add(x / w, y / w, z / w);
  }

  private double real() throws IOException {
    return Scalar.FLOAT32.read(source, ByteOrder.BIG_ENDIAN);
  }

  private long integer() throws IOException {
    return (int) source.bits(4, ByteOrder.BIG_ENDIAN);
  }

  private void face(Faces faces) {
    faces.begin();
    long corners = lines.integer(0);
    if (corners < 1 || corners >= lines.fields()) {
      throw new DataException(
          "line %d: face %d (counted from 1) promises %d corners and %d numbers follow; expected"
                  .formatted(lines.number(), faces.size(), corners, lines.fields() - 1)
              + " a line 'n i1 ... in'");
    }
    for (int i = 1; i <= corners; i++) {
      faces.corner(lines.integer(i));
    }
  }

  /** Numbers of vertices, faces and, if given, edges. */
  private long[] header() throws IOException {
    if (!lines.next()) {
      throw new DataException("it holds nothing; expected 'OFF' in the first line");
    }
    Matcher magic = MAGIC.matcher(lines.text());
    if (!magic.matches()) {
      if (COUNTS.matcher(lines.text()).matches()) {
        return counts(lines.text());
      }
      throw new DataException(
          "line %d: expected 'OFF', found %s. Give the file the extension of its format"
              .formatted(lines.number(), Shown.of(lines.text())));
    }
    if (magic.group(5) != null) {
      throw new DataException(
          "its points have any number of dimensions (nOFF); expected OFF, COFF, NOFF, STOFF or"
              + " 4OFF. Write it again");
    }
    homogeneous = magic.group(4) != null;
    extra =
        (magic.group(1) == null ? 0 : 8)
            + (magic.group(2) == null ? 0 : 16)
            + (magic.group(3) == null ? 0 : 12);
    String rest = magic.group(6).strip();
    if (rest.startsWith("BINARY")) {
      binary = true;
      return new long[] {integer(), integer(), integer()};
    }
    if (rest.isEmpty() && !lines.next()) {
      throw new DataException("it ends after 'OFF'; expected the numbers of vertices and faces");
    }
    return counts(rest.isEmpty() ? lines.text() : rest);
  }

  private long[] counts(String text) {
    String[] words = text.split("\\s+", -1);
    long[] counts = new long[words.length];
    boolean good = words.length >= 2;
    for (int i = 0; good && i < words.length; i++) {
      good = words[i].matches("[-+]?\\d{1,18}");
      counts[i] = good ? Long.parseLong(words[i]) : 0;
    }
    if (!good) {
      throw new DataException(
          "line %d: expected the numbers of vertices, faces and edges, found %s"
              .formatted(lines.number(), Shown.of(text)));
    }
    return counts;
  }

  private void next(String what, int expected, int found) throws IOException {
    if (!lines.next()) {
      throw Limits.truncated(what, expected, found, source.position());
    }
  }
}
