package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Geomview's Object File Format as text: {@code OFF}, the numbers of vertices, faces and edges, a
 * line {@code x y z} per vertex and a line {@code n i₁ … iₙ} per face. What follows in a line
 * (colours, normals, texture) is passed over. Some files of ModelNet have the numbers in the first
 * line without a blank, {@code OFF490 518 0}; they are read too. The format:
 * http://www.geomview.org/docs/html/OFF.html
 */
final class OffFile {
  private static final Pattern MAGIC = Pattern.compile("(ST)?C?N?(4?n?)OFF(.*)", Pattern.DOTALL);

  private final Source source;
  private final Lines lines;

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
    Points points = new Points();
    for (int i = 0; i < vertices; i++) {
      next("vertices", vertices, i);
      if (lines.fields() < 3) {
        throw new DataException(
            "line %d: vertex %d (counted from 1) has %d numbers, expected x y z"
                .formatted(lines.number(), i + 1, lines.fields()));
      }
      points.add(lines.number(0), lines.number(1), lines.number(2));
    }
    Faces triangles = new Faces();
    for (int i = 0; i < faces; i++) {
      next("faces", faces, i);
      face(triangles);
    }
    return triangles.over(points, 0);
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
      throw new DataException(
          "line %d: expected 'OFF', found %s. Give the file the extension of its format"
              .formatted(lines.number(), Shown.of(lines.text())));
    }
    if (!magic.group(2).isEmpty()) {
      throw new DataException(
          "its points are not three-dimensional (%sOFF); expected OFF, COFF, NOFF or STOFF"
              .formatted(magic.group(2)));
    }
    String rest = magic.group(3).strip();
    if (rest.startsWith("BINARY")) {
      throw new DataException("binary OFF is not read; write it as text, or as binary PLY");
    }
    if (rest.isEmpty() && !lines.next()) {
      throw new DataException("it ends behind 'OFF'; expected the numbers of vertices and faces");
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
