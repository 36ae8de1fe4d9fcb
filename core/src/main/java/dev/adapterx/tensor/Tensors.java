package dev.adapterx.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Conversions between Java arrays and tensors, and short names for operations that are verbose in
 * libtorch's Java API.
 */
public final class Tensors {
  static {
    Native.load();
  }

  private Tensors() {}

  /** An fp32 tensor with a copy of the values. */
  public static Tensor of(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /**
   * An fp32 tensor with a copy of some rows, one after the other.
   *
   * @param rows together as many values as the shape has
   * @param start index of the first row
   * @param count number of rows
   */
  public static Tensor of(float[][] rows, int start, int count, long... shape) {
    Tensor tensor = empty(ScalarType.Float, shape);
    long found = 0;
    for (int i = start; i < start + count; i++) {
      found += rows[i].length;
    }
    if (found != tensor.numel()) {
      throw new IllegalArgumentException(
          "Rows %d to %d have %d values, expected %d"
              .formatted(start, start + count - 1, found, tensor.numel()));
    }
    FloatPointer into = new FloatPointer(tensor.data_ptr());
    long at = 0;
    for (int i = start; i < start + count; i++) {
      into.position(at).put(rows[i]);
      at += rows[i].length;
    }
    return tensor;
  }

  /** An int64 tensor with a copy of the values: class labels, indices. */
  public static Tensor of(long[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /** An uninitialised tensor. */
  public static Tensor empty(ScalarType type, long... shape) {
    return torch.empty(
        shape, new TensorOptions(type), new org.bytedeco.pytorch.MemoryFormatOptional());
  }

  /** Zeros. */
  public static Tensor zeros(ScalarType type, long... shape) {
    return torch.zeros(shape, new TensorOptions(type));
  }

  /** A tensor with a copy of raw little-endian elements. */
  public static Tensor of(ByteBuffer elements, ScalarType type, long... shape) {
    Tensor tensor = empty(type, shape);
    if (tensor.nbytes() != elements.remaining()) {
      throw new IllegalArgumentException(
          tensor.nbytes() + " bytes wanted, found " + elements.remaining());
    }
    try (BytePointer into = new BytePointer(tensor.data_ptr())) {
      into.capacity(tensor.nbytes())
          .asByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(elements.duplicate());
    }
    return tensor;
  }

  /** The values as fp32, row by row, whatever the tensor's dtype or strides. */
  public static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    try (Scope scope = Scope.withoutGradients()) {
      Tensor plain = host(tensor.to(ScalarType.Float));
      new FloatPointer(plain.data_ptr()).get(values);
    }
    return values;
  }

  /** The values of an integer tensor, row by row. */
  public static long[] longs(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    try (Scope scope = Scope.withoutGradients()) {
      Tensor plain = host(tensor.to(ScalarType.Long));
      new LongPointer(plain.data_ptr()).get(values);
    }
    return values;
  }

  /**
   * The tensor, contiguous, in memory that Java can read; the tensor itself if it is already so.
   */
  public static Tensor host(Tensor tensor) {
    return Device.CPU.place(tensor).contiguous();
  }

  /** The bytes of a tensor, row by row, without a copy where possible. Call inside a scope. */
  public static ByteBuffer bytes(Tensor tensor) {
    Tensor plain = host(tensor);
    return new BytePointer(plain.data_ptr())
        .capacity(plain.nbytes())
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A tensor's dtype; libtorch itself returns a new object each time. */
  public static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  /**
   * Casts to the dtype of another tensor; returns the tensor itself if it already has it.
   * Differentiable.
   */
  public static Tensor like(Tensor tensor, Tensor model) {
    ScalarType type = type(model);
    return type(tensor) == type ? tensor : tensor.to(type);
  }

  /**
   * Moves a tensor made on the host to the device of another; returns it unchanged if already
   * there. The copy is asynchronous.
   */
  public static Tensor beside(Tensor neighbour, Tensor made) {
    return neighbour.is_cpu() ? made : Device.of(neighbour).place(made);
  }

  /** Casts to fp32; returns the tensor itself if it already is. Differentiable. */
  public static Tensor fp32(Tensor tensor) {
    return type(tensor) == ScalarType.Float ? tensor : tensor.to(ScalarType.Float);
  }

  /** Wraps a nullable tensor in libtorch's optional. */
  public static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
  }

  /** Concatenates along a dimension. */
  public static Tensor cat(long dimension, Tensor... parts) {
    return torch.cat(new TensorVector(parts), dimension);
  }

  /** Product with a number. */
  public static Tensor scaled(Tensor tensor, double factor) {
    return factor == 1 ? tensor : tensor.mul(new Scalar(factor));
  }

  /** Mean over a dimension, which disappears. */
  public static Tensor mean(Tensor tensor, long dimension) {
    return tensor.mean(new long[] {dimension}, false, new ScalarTypeOptional());
  }

  /**
   * Maximum over a dimension, which disappears. With gradients, they go to the one largest element;
   * without gradients its index is not needed, which is faster.
   */
  public static Tensor max(Tensor tensor, long dimension) {
    return tensor.requires_grad()
        ? torch.max(tensor, dimension, false).get0()
        : tensor.amax(new long[] {dimension}, false);
  }

  /** {@code (3, 224, 224)}: a shape for a message. */
  public static String shape(long... sizes) {
    return java.util.Arrays.toString(sizes).replace('[', '(').replace(']', ')');
  }
}
