package dev.adapterx.tensor;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.OutOfMemoryException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Converts libtorch's exceptions into our own, naming the place in the model where they occurred.
 */
public final class Engine {
  private Engine() {}

  /**
   * Runs a piece of the model.
   *
   * @throws OutOfMemoryException when an allocation fails
   * @throws AdapterXException with the place and the first line of libtorch's message, without its
   *     C++ frames
   */
  public static <T> T at(String place, Supplier<T> work) {
    try {
      return work.get();
    } catch (AdapterXException e) {
      throw e;
    } catch (RuntimeException e) {
      Optional<OutOfMemoryException> memory = OutOfMemory.of(e, place);
      if (memory.isPresent()) {
        throw memory.get();
      }
      String message = String.valueOf(e.getMessage());
      int end = message.indexOf('\n');
      throw new AdapterXException(
          place + ": " + (end < 0 ? message : message.substring(0, end)), e);
    }
  }
}
