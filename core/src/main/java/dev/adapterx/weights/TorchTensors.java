package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.weights.TorchValue.Storage;
import dev.adapterx.weights.TorchValue.TensorView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Converts the views that a pickle describes to tensors: checked, contiguous, little-endian. */
final class TorchTensors {
  /** Access to the bytes of storages. */
  interface Storages {
    /**
     * A part of a storage, in bytes from its first.
     *
     * @throws CheckpointException when the file has no such storage or too little of it
     */
    ByteBuffer range(Storage storage, long offset, long length, String what);
  }

  private final String file;
  private final MemoryBudget budget;
  private final ByteOrder order;
  private final Storages storages;

  TorchTensors(String file, MemoryBudget budget, ByteOrder order, Storages storages) {
    this.file = file;
    this.budget = budget;
    this.order = order;
    this.storages = storages;
  }

  Map<String, StoredTensor> all(Map<String, TensorView> views) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    views.forEach((name, view) -> tensors.put(name, tensor(name, view)));
    return tensors;
  }

  private StoredTensor tensor(String name, TensorView view) {
    String what = "tensor '" + name + "'";
    DType dtype = view.storage.dtype;
    long size = StoredTensor.byteSize(file + ": " + what, dtype, view.shape);
    long span = checkedSpan(what, view);
    if (size == 0) {
      return new StoredTensor(name, dtype, view.shape, ByteBuffer.allocateDirect(0));
    }
    int width = dtype.bytes();
    ByteBuffer bytes =
        storages.range(
            view.storage,
            (view.storage.start + view.offset) * width,
            span * width,
            what + " (" + dtype + " " + Arrays.toString(view.shape) + ")");
    boolean foreign = order.equals(ByteOrder.BIG_ENDIAN) && width > 1;
    if (foreign || !Strided.isContiguous(view.shape, view.strides)) {
      ByteBuffer reordered = budget.allocate(size, what);
      Strided.copy(bytes.order(order), width, view.shape, view.strides, reordered);
      bytes = reordered;
    }
    return new StoredTensor(name, dtype, view.shape, bytes);
  }

  /** The number of elements of its storage that the view spans; it must not exceed the storage. */
  private long checkedSpan(String what, TensorView view) {
    Storage storage = view.storage;
    try {
      if (view.shape.length != view.strides.length) {
        throw new ArithmeticException("as many strides as extents");
      }
      long span = Strided.span(view.shape, view.strides);
      if (Math.addExact(view.offset, span) > storage.elements) {
        throw new ArithmeticException("reaches beyond the end of its storage");
      }
      Math.multiplyExact(Math.addExact(storage.start, storage.elements), storage.dtype.bytes());
      return span;
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          "%s: %s: shape %s, strides %s, offset %d do not fit its storage of %d elements; the file is damaged or hostile"
              .formatted(
                  file,
                  what,
                  Arrays.toString(view.shape),
                  Arrays.toString(view.strides),
                  view.offset,
                  storage.elements),
          e);
    }
  }
}
