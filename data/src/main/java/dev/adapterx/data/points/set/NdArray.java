package dev.adapterx.data.points.set;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A numpy array as a pickle builds it: first empty, then given its state. */
final class NdArray {

  /** Type of the elements: kind as numpy writes it, {@code f}, {@code i} or {@code u}. */
  static final class DType {
    final char kind;
    final int size;
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    DType(char kind, int size) {
      this.kind = kind;
      this.size = size;
    }
  }

  private DType dtype = new DType('f', 8);
  private long[] shape = {0};
  private boolean fortran;
  private ByteBuffer content = ByteBuffer.allocate(0);

  /** Sets the array's state; false when shape, type and number of bytes do not match. */
  boolean fill(DType type, long[] lengths, boolean columnMajor, ByteBuffer bytes) {
    long size = type.size;
    for (long length : lengths) {
      if (length < 0 || length > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
        return false;
      }
      size *= length;
    }
    if (size != bytes.remaining()) {
      return false;
    }
    dtype = type;
    shape = lengths.clone();
    fortran = columnMajor;
    content = bytes;
    return true;
  }

  /**
   * The first three columns of points (P, at least 3) in one array; empty if it has another shape.
   */
  Optional<float[]> points() {
    boolean wide = dtype.kind == 'f' && dtype.size >= 4;
    if (!wide || shape.length != 2 || shape[0] < 1 || shape[1] < 3) {
      return Optional.empty();
    }
    int rows = (int) shape[0];
    int columns = (int) shape[1];
    ByteBuffer bytes = content.duplicate().order(dtype.order);
    float[] xyz = new float[3 * rows];
    for (int i = 0; i < xyz.length; i++) {
      int at = fortran ? i % 3 * rows + i / 3 : i / 3 * columns + i % 3;
      xyz[i] = dtype.size == 4 ? bytes.getFloat(4 * at) : (float) bytes.getDouble(8 * at);
    }
    return Optional.of(xyz);
  }

  /** Its single whole number; empty if it contains several, or something else. */
  Optional<Long> wholeNumber() {
    if (dtype.kind == 'f' || content.remaining() != dtype.size) {
      return Optional.empty();
    }
    ByteBuffer bytes = content.duplicate().order(dtype.order);
    boolean unsigned = dtype.kind == 'u';
    return Optional.of(
        switch (dtype.size) {
          case 1 -> unsigned ? bytes.get(0) & 0xFFL : bytes.get(0);
          case 2 -> unsigned ? bytes.getShort(0) & 0xFFFFL : bytes.getShort(0);
          case 4 -> unsigned ? bytes.getInt(0) & 0xFFFFFFFFL : bytes.getInt(0);
          default -> bytes.getLong(0);
        });
  }

  /** For example {@code f4 (1024, 3)}. */
  @Override
  public String toString() {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "" + dtype.kind + dtype.size + " (", ")"));
  }
}
