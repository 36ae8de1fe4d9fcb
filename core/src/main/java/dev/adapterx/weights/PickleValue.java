package dev.adapterx.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle can build here, besides Java's own strings, numbers and booleans. Nothing has
 * behaviour; equality is identity, because a hostile pickle may make these contain themselves.
 */
abstract sealed class PickleValue {

  /** Python's {@code None}. */
  static final class None extends PickleValue {}

  /** An object whose contents do not matter: a namespace, a numpy scalar, a device. */
  static final class Opaque extends PickleValue {}

  /** A name of some module, which may be called if {@link TorchGlobals} knows how. */
  static final class Global extends PickleValue {
    final String name;

    Global(String name) {
      this.name = name;
    }
  }

  /** A tuple or a list. */
  static final class Sequence extends PickleValue {
    final List<Object> items;

    Sequence(List<Object> items) {
      this.items = items;
    }
  }

  /** A dict; only strings and whole numbers are looked at as keys. */
  static final class Dict extends PickleValue {
    final Map<Object, Object> entries = new LinkedHashMap<>();

    void put(Object key, Object value) {
      entries.put(key, value);
    }

    List<String> names() {
      List<String> names = new ArrayList<>();
      for (Object key : entries.keySet()) {
        if (key instanceof String || key instanceof Long) {
          names.add(key.toString());
        }
      }
      return names;
    }
  }

  /** A run of elements of one type somewhere in the file. */
  static final class Storage extends PickleValue {
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
  static final class TensorView extends PickleValue {
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
