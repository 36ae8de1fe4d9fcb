package dev.adapterx.infer;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Something to predict of. It is read once, in a thread that reads ahead.
 *
 * @param <S> what it becomes: a picture, a cloud
 */
public interface Item<S> {
  /** Of a name and a way to read it. */
  static <S> Item<S> of(String name, Supplier<S> read) {
    return of(name, 0, read);
  }

  /**
   * Of a name and a way to read it that takes much memory.
   *
   * @param memory as {@link #memory}
   */
  static <S> Item<S> of(String name, long memory, Supplier<S> read) {
    return new Item<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public S read() {
        return read.get();
      }

      @Override
      public long memory() {
        return memory;
      }
    };
  }

  /** What messages call it: a file, a place. */
  String name();

  /**
   * Reads it.
   *
   * @throws dev.adapterx.base.DataException when it cannot be used, with its name
   */
  S read();

  /** About how many bytes of the heap reading it takes; 0: little, or it is not known. */
  default long memory() {
    return 0;
  }

  /** What was left out of it when it was read, in words. */
  default Optional<String> note() {
    return Optional.empty();
  }
}
