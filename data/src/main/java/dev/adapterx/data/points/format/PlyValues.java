package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;

/** The body of a PLY file, as text or as bytes. */
sealed interface PlyValues {
  /** Goes to the next instance of an element; false at the end of the file. */
  boolean start() throws IOException;

  double next(Scalar type) throws IOException;

  void skip(Scalar type, long count) throws IOException;

  /** One line for each instance. */
  final class Text implements PlyValues {
    private final Lines lines;
    private int field;

    Text(Lines lines) {
      this.lines = lines;
    }

    @Override
    public boolean start() throws IOException {
      field = 0;
      return lines.next();
    }

    @Override
    public double next(Scalar type) {
      require(1);
      return lines.number(field++);
    }

    @Override
    public void skip(Scalar type, long count) {
      require(count);
      field += (int) count;
    }

    private void require(long count) {
      if (count > lines.fields() - field) {
        throw new DataException(
            "line %d: %d numbers, expected at least %d according to the header. Write the file again"
                .formatted(lines.number(), lines.fields(), field + count));
      }
    }
  }

  /** Numbers stored consecutively. */
  final class Binary implements PlyValues {
    private final Source source;
    private final ByteOrder order;

    Binary(Source source, ByteOrder order) {
      this.source = source;
      this.order = order;
    }

    @Override
    public boolean start() {
      return source.remaining() > 0;
    }

    @Override
    public double next(Scalar type) throws IOException {
      return type.read(source, order);
    }

    @Override
    public void skip(Scalar type, long count) throws IOException {
      if (count > source.remaining() / type.bytes()) {
        throw new EOFException("it ends within a list");
      }
      source.skip(count * type.bytes());
    }
  }
}
