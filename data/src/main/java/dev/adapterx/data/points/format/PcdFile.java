package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.points.format.PcdHeader.Field;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * The Point Cloud Library's PCD: text, binary, or binary compressed by LZF, where each field's
 * values are stored together. Numbers are little-endian. Fields other than x, y and z are skipped.
 * The format: https://pointclouds.org/documentation/tutorials/pcd_file_format.html
 */
final class PcdFile {
  private final Source source;
  private final Lines lines;
  private final PcdHeader header;
  private final Points points = new Points();
  private final int[] axes;

  /** Position of the field with labels, or -1. */
  private final int label;

  private PcdFile(Source source, LabelColumn label) throws IOException {
    this.source = source;
    this.lines = new Lines(source, false);
    this.header = PcdHeader.read(lines);
    this.axes = new int[] {header.position("x"), header.position("y"), header.position("z")};
    for (int axis : axes) {
      Field field = header.fields().get(axis);
      if (field.count() != 1) {
        throw new DataException(
            "field '%s' has COUNT %d, expected 1".formatted(field.name(), field.count()));
      }
    }
    this.label = label.among(header.fields().stream().map(Field::name).toList(), "fields");
  }

  static Mesh read(Source source, LabelColumn label) throws IOException {
    return new PcdFile(source, label).read();
  }

  static boolean hasLabels(Source source, LabelColumn label) throws IOException {
    PcdHeader header = PcdHeader.read(new Lines(source, false));
    return label.among(header.fields().stream().map(Field::name).toList(), "fields") >= 0;
  }

  private Mesh read() throws IOException {
    switch (header.data()) {
      case "ascii" -> text();
      case "binary" -> binary();
      default -> compressed();
    }
    return new Faces().over(points, 0);
  }

  private void text() throws IOException {
    long columns = header.fields().stream().mapToLong(Field::count).sum();
    int[] column = {column(axes[0]), column(axes[1]), column(axes[2])};
    int own = label < 0 ? -1 : column(label);
    for (int i = 0; i < header.points(); i++) {
      if (!lines.next()) {
        throw Limits.truncated("points", header.points(), i, source.position());
      }
      if (lines.fields() < columns) {
        throw new DataException(
            "line %d: %d columns, expected %d according to the header. Write the file again"
                .formatted(lines.number(), lines.fields(), columns));
      }
      points.add(lines.number(column[0]), lines.number(column[1]), lines.number(column[2]));
      if (own >= 0) {
        points.label(lines.number(own));
      }
    }
  }

  /** Where a field's first number is in a line. */
  private int column(int field) {
    return header.fields().stream().limit(field).mapToInt(Field::count).sum();
  }

  private void binary() throws IOException {
    long there = source.remaining() / header.bytes();
    if (there < header.points()) {
      throw Limits.truncated(
          "points", header.points(), there, source.position() + source.remaining());
    }
    double[] xyz = new double[3];
    double own = 0;
    for (int i = 0; i < header.points(); i++) {
      for (int f = 0; f < header.fields().size(); f++) {
        Field field = header.fields().get(f);
        int axis = axis(f);
        if (f == label && field.count() == 1) {
          own = field.type().read(source, ByteOrder.LITTLE_ENDIAN);
        } else if (axis < 0) {
          source.skip(field.bytes());
        } else {
          xyz[axis] = field.type().read(source, ByteOrder.LITTLE_ENDIAN);
        }
      }
      points.add(xyz[0], xyz[1], xyz[2]);
      if (label >= 0) {
        points.label(own);
      }
    }
  }

  private void compressed() throws IOException {
    Source fields = Source.of(decompressed());
    double[][] xyz = new double[4][header.points()];
    for (int f = 0; f < header.fields().size(); f++) {
      Field field = header.fields().get(f);
      int axis = f == label && field.count() == 1 ? 3 : axis(f);
      if (axis < 0) {
        fields.skip(field.bytes() * header.points());
        continue;
      }
      for (int i = 0; i < header.points(); i++) {
        xyz[axis][i] = field.type().read(fields, ByteOrder.LITTLE_ENDIAN);
      }
    }
    for (int i = 0; i < header.points(); i++) {
      points.add(xyz[0][i], xyz[1][i], xyz[2][i]);
      if (label >= 0) {
        points.label(xyz[3][i]);
      }
    }
  }

  private byte[] decompressed() throws IOException {
    long packed = source.bits(4, ByteOrder.LITTLE_ENDIAN);
    long unpacked = source.bits(4, ByteOrder.LITTLE_ENDIAN);
    long expected = header.bytes() * header.points();
    if (unpacked != expected) {
      throw new DataException(
          "its compressed data promise %d bytes, expected %d for %d points of %d bytes. It is"
                  .formatted(unpacked, expected, header.points(), header.bytes())
              + " damaged; write it again");
    }
    if (packed > source.remaining()) {
      throw Limits.truncated(
          "bytes of compressed data",
          packed,
          source.remaining(),
          source.position() + source.remaining());
    }
    if (unpacked > Math.min(packed * Lzf.MOST_RATIO, Integer.MAX_VALUE - 8)) {
      throw new DataException(
          "%d compressed bytes promise %d, more than they can hold or can be read at once; write"
                  .formatted(packed, unpacked)
              + " it again, as DATA binary if it is that large");
    }
    return Lzf.decompress(source.bytes((int) packed), (int) unpacked);
  }

  /** 0, 1 or 2 for the field that is x, y or z; else -1. */
  private int axis(int field) {
    return field == axes[0] ? 0 : field == axes[1] ? 1 : field == axes[2] ? 2 : -1;
  }
}
