package dev.adapterx.weights;

import java.nio.ByteBuffer;

/** Copies elements that are not in C order: strided views, Fortran order, transposes. */
public final class Strided {
  private Strided() {}

  /** The strides, in elements, of a C-contiguous tensor. */
  static long[] contiguous(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }

  /** The strides, in elements, of a Fortran-contiguous tensor. */
  static long[] fortran(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int d = 0; d < shape.length; d++) {
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }

  /** Whether these strides mean C order; the stride of an extent of 1 does not matter. */
  static boolean isContiguous(long[] shape, long[] strides) {
    long step = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      if (shape[d] != 1 && strides[d] != step) {
        return false;
      }
      step *= shape[d];
    }
    return true;
  }

  /**
   * The number of elements a strided view spans, from its first to its last.
   *
   * @throws ArithmeticException when that overflows or a stride is negative
   */
  static long span(long[] shape, long[] strides) {
    long last = 0;
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] == 0) {
        return 0;
      }
      if (strides[d] < 0) {
        throw new ArithmeticException("negative stride");
      }
      last = Math.addExact(last, Math.multiplyExact(shape[d] - 1, strides[d]));
    }
    return Math.addExact(last, 1);
  }

  /**
   * Writes the elements {@code from[Σ index[d] * strides[d]]} in C order into {@code to}; the two
   * buffers' byte orders may differ. The view must fit {@code from}, the elements {@code to}.
   */
  static void copy(ByteBuffer from, int elementBytes, long[] shape, long[] strides, ByteBuffer to) {
    int total = to.limit() / elementBytes;
    if (total == 0) {
      return;
    }
    int inner = shape.length - 1;
    int length = inner < 0 ? 1 : (int) shape[inner];
    int step = inner < 0 ? 0 : (int) (strides[inner] * elementBytes);
    long[] index = new long[shape.length];
    int start = 0;
    for (int done = 0; done < total; done += length) {
      copyRow(from, elementBytes, start, step, length, to, done * elementBytes);
      for (int d = inner - 1; d >= 0; d--) {
        index[d]++;
        start += (int) (strides[d] * elementBytes);
        if (index[d] < shape[d]) {
          break;
        }
        start -= (int) (index[d] * strides[d] * elementBytes);
        index[d] = 0;
      }
    }
  }

  private static void copyRow(
      ByteBuffer from, int elementBytes, int start, int step, int length, ByteBuffer to, int at) {
    int source = start;
    for (int i = 0; i < length; i++, source += step) {
      int target = at + i * elementBytes;
      switch (elementBytes) {
        case 1 -> to.put(target, from.get(source));
        case 2 -> to.putShort(target, from.getShort(source));
        case 4 -> to.putInt(target, from.getInt(source));
        default -> to.putLong(target, from.getLong(source));
      }
    }
  }

  /** {@code numpy.transpose(tensor, axes)} with its bytes in C order. */
  public static StoredTensor transposed(StoredTensor tensor, int... axes) {
    long[] shape = tensor.shape();
    long[] strides = contiguous(shape);
    long[] newShape = new long[axes.length];
    long[] newStrides = new long[axes.length];
    for (int d = 0; d < axes.length; d++) {
      newShape[d] = shape[axes[d]];
      newStrides[d] = strides[axes[d]];
    }
    ByteBuffer from = tensor.data();
    ByteBuffer to = MemoryBudget.direct(from.limit(), "Tensor '" + tensor.name() + "'");
    copy(from, tensor.dtype().bytes(), newShape, newStrides, to);
    return new StoredTensor(tensor.name(), tensor.dtype(), newShape, to);
  }
}
