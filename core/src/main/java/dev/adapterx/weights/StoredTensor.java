package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor as stored in a weight file: C-contiguous, little-endian, read-only.
 *
 * <p>The bytes of large files are mapped, not read. Native code that receives the buffer's address
 * must keep the buffer reachable, and must never write through it (the pages are read-only): copy,
 * then release. The file must not be truncated in place meanwhile.
 *
 * @param name the name in the file
 * @param dtype the type of the elements
 * @param shape the extents, outermost first; empty for a scalar
 * @param data {@code elements * dtype.bytes()} bytes; from {@link WeightFile} always a direct
 *     buffer
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out; compared by content nowhere
public record StoredTensor(String name, DType dtype, long[] shape, ByteBuffer data) {
  /** The largest number of dimensions that is accepted. */
  static final int MAX_RANK = 64;

  /**
   * Checks that the bytes fit the shape.
   *
   * @throws CheckpointException naming the tensor, the bytes expected and found
   */
  public StoredTensor {
    shape = shape.clone();
    data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long expected = byteSize("Tensor '" + name + "'", dtype, shape);
    if (data.remaining() != expected) {
      throw new CheckpointException(
          "Tensor '%s': %s %s takes %d bytes, found %d"
              .formatted(name, dtype, Arrays.toString(shape), expected, data.remaining()));
    }
  }

  /** An {@link DType#F32} tensor with a copy of these values. */
  public static StoredTensor of(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(4, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new StoredTensor(name, DType.F32, shape, bytes);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** A fresh view of all the bytes, little-endian, read-only. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of elements: the product of the extents, 1 for a scalar. */
  public long elements() {
    return data.limit() / dtype.bytes();
  }

  /** The number of bytes. */
  public long bytes() {
    return data.limit();
  }

  /** The same bytes under another name. */
  public StoredTensor named(String other) {
    return new StoredTensor(other, dtype, shape, data);
  }

  /** The same bytes under another shape of as many elements. */
  public StoredTensor reshaped(long... other) {
    return new StoredTensor(name, dtype, other, data);
  }

  /**
   * The values as 32-bit floats, in C order. F16 and BF16 are exact, F64 is rounded to nearest.
   *
   * @throws CheckpointException for integers and booleans, and for an F64 value that is finite but
   *     beyond the range of float
   */
  public float[] floats() {
    float[] values = new float[(int) elements()];
    ByteBuffer bytes = data();
    switch (dtype) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = halfToFloat(bytes.getShort(2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
        }
      }
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = narrow(bytes.getDouble(8 * i), i);
        }
      }
      default ->
          throw new CheckpointException(
              "Tensor '%s' holds %s, expected a floating type (F32, F16, BF16, F64)"
                  .formatted(name, dtype));
    }
    return values;
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, dtype, Arrays.toString(shape));
  }

  /**
   * The bytes that a shape takes.
   *
   * @throws CheckpointException when the shape is negative, too long or overflows
   */
  static long byteSize(String what, DType dtype, long[] shape) {
    try {
      if (shape.length > MAX_RANK) {
        throw new ArithmeticException();
      }
      long bytes = dtype.bytes();
      for (long extent : shape) {
        if (extent < 0) {
          throw new ArithmeticException();
        }
        bytes = Math.multiplyExact(bytes, extent);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          "%s: impossible shape, expected at most %d extents, none negative, whose product fits 63 bits, found %s"
              .formatted(what, MAX_RANK, shortened(shape)),
          e);
    }
  }

  private static String shortened(long[] shape) {
    return shape.length <= 8
        ? Arrays.toString(shape)
        : Arrays.toString(Arrays.copyOf(shape, 8)) + " and " + (shape.length - 8) + " more";
  }

  private float narrow(double value, int index) {
    float narrowed = (float) value;
    if (Float.isInfinite(narrowed) && !Double.isInfinite(value)) {
      throw new CheckpointException(
          "Tensor '%s' [%d]: %s is beyond the range of 32-bit floats"
              .formatted(name, index, value));
    }
    return narrowed;
  }

  /** IEEE 754 binary16 to binary32; exact. */
  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      float subnormal = fraction * 0x1p-24f;
      return sign == 0 ? subnormal : -subnormal;
    }
    int widened = exponent == 0x1F ? 0xFF : exponent + (127 - 15);
    return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
  }
}
