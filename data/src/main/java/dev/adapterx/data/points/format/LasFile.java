package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * LAS 1.0 to 1.4, the exchange format of laser scanning: coordinates are whole numbers times a
 * scale plus an offset, kept in double precision and rounded at the end. LAZ, its compressed form,
 * is refused. The format: ASPRS, "LAS Specification 1.4 - R15", 2019.
 */
final class LasFile {
  private static final int COMPRESSED = 0x80;
  private static final int HEADER_1_2 = 227;
  private static final int HEADER_1_4 = 375;

  private final Source source;
  private static final int OLDER = 6;
  private static final int CLASS_BITS = 0x1F;

  private final LabelColumn label;
  private final Points points = new Points();

  private LasFile(Source source, LabelColumn label) {
    this.label = label;
    this.source = source;
  }

  static Mesh read(Source source, LabelColumn label) throws IOException {
    return new LasFile(source, label).read();
  }

  private Mesh read() throws IOException {
    Limits.magic(source, "LASF", 'L', 'A', 'S', 'F');
    skipTo(24);
    long major = bits(1);
    long minor = bits(1);
    if (major != 1 || minor > 4) {
      throw new DataException("LAS %d.%d, expected 1.0 to 1.4".formatted(major, minor));
    }
    skipTo(94);
    long headerSize = bits(2);
    long start = bits(4);
    skipTo(104);
    long format = bits(1);
    long record = bits(2);
    requireGood(minor == 4 ? HEADER_1_4 : HEADER_1_2, headerSize, start, format, record);
    long count = bits(4);
    skipTo(131);
    double[] scale = {real(), real(), real()};
    double[] offset = {real(), real(), real()};
    if (minor == 4) {
      skipTo(247);
      count = bits(8);
    }
    points(scale, offset, start, record, Limits.count("points", count), format);
    return new Faces().over(points, 0);
  }

  private void points(
      double[] scale, double[] offset, long start, long record, int count, long format)
      throws IOException {
    long there = Math.max(0, source.position() + source.remaining() - start) / record;
    if (there < count) {
      throw Limits.truncated("points", count, there, source.position() + source.remaining());
    }
    skipTo(start);
    for (int i = 0; i < count; i++) {
      double x = (int) bits(4) * scale[0] + offset[0];
      double y = (int) bits(4) * scale[1] + offset[1];
      double z = (int) bits(4) * scale[2] + offset[2];
      points.add(x, y, z);
      if (!label.wanted()) {
        source.skip(record - 12);
        continue;
      }
      boolean older = format < OLDER;
      source.skip(older ? 3 : 4); // intensity, returns, and flags in newer formats
      long classification = bits(1);
      points.label((double) (older ? classification & CLASS_BITS : classification));
      source.skip(record - (older ? 16 : 17));
    }
  }

  private static void requireGood(
      int least, long headerSize, long start, long format, long record) {
    if ((format & COMPRESSED) != 0) {
      throw new DataException(
          "it is LAZ, compressed LAS, which is not supported; decompress it, for example with"
              + " 'laszip -i FILE.laz -o FILE.las'");
    }
    if (headerSize < least || start < headerSize || record < 20) {
      throw new DataException(
          "its header has %d bytes, its points begin at byte %d and have %d bytes each; expected at"
                  .formatted(headerSize, start, record)
              + " least %d, the header's size and 20. It is damaged; fetch it again"
                  .formatted(least));
    }
  }

  private void skipTo(long position) throws IOException {
    source.skip(position - source.position());
  }

  private long bits(int bytes) throws IOException {
    return source.bits(bytes, ByteOrder.LITTLE_ENDIAN);
  }

  private double real() throws IOException {
    return Double.longBitsToDouble(bits(8));
  }
}
