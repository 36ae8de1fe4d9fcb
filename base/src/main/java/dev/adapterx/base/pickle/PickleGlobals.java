package dev.adapterx.base.pickle;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.pickle.PickleValue.Global;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** The only names that a kind of pickle may use, and their meaning: never code that is run. */
public interface PickleGlobals {

  /**
   * The global of this name.
   *
   * @throws AdapterXException naming it when it is not allowed
   */
  Global global(String module, String name);

  /**
   * The result of calling {@code callable}, which need not be a {@link Global}.
   *
   * @param arguments a {@link PickleValue.Sequence}, unless the pickle is damaged
   */
  Object call(Object callable, Object arguments);

  /** Sets an object's state. */
  void build(Object target, Object state);

  /** The object outside the pickle that a persistent id stands for. */
  Object persistent(Object id);

  /** Converts bytes of the file; the buffer is valid as long as the file's. */
  Object bytes(ByteBuffer content);

  /** The charset of Python 2 strings. */
  Charset byteStrings();

  /** The exception for an invalid pickle. */
  AdapterXException failure(String message, @Nullable Throwable cause);
}
