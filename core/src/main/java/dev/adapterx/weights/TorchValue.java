package dev.adapterx.weights;

/** Values that the pickle of a torch file builds besides plain ones; equality is identity. */
abstract sealed class TorchValue {

  /** A run of elements of one type somewhere in the file. */
  static final class Storage extends TorchValue {
    final String key;
    final DType dtype;
    final long elements;

    /** First element within the storage of this key (only old files have views of storages). */
    final long start;

    Storage(String key, DType dtype, long elements, long start) {
      this.key = key;
      this.dtype = dtype;
      this.elements = elements;
      this.start = start;
    }
  }

  /** A strided view of a storage; offset and strides in elements. */
  static final class TensorView extends TorchValue {
    final Storage storage;
    final long offset;
    final long[] shape;
    final long[] strides;

    TensorView(Storage storage, long offset, long[] shape, long[] strides) {
      this.storage = storage;
      this.offset = offset;
      this.shape = shape;
      this.strides = strides;
    }
  }
}
