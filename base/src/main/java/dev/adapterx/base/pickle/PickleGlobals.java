package dev.adapterx.base.pickle;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.pickle.PickleValue.Global;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** The only names that a kind of pickle may mention, and what they mean: never code that is run. */
public interface PickleGlobals {

  /**
   * The global of this name.
   *
   * @throws AdapterXException naming it when it is not allowed
   */
  Global global(String module, String name);

  /**
   * What calling {@code callable}, which need not be a {@link Global}, gives.
   *
   * @param arguments a {@link PickleValue.Sequence}, unless the pickle is damaged
   */
  Object call(Object callable, Object arguments);

  /** What giving an object its state changes. */
  void build(Object target, Object state);

  /** The object outside the pickle that a persistent id stands for. */
  Object persistent(Object id);

  /** What bytes of the file become; the buffer is valid as long as the file's. */
  Object bytes(ByteBuffer content);

  /** How strings of Python 2 are to be read. */
  Charset byteStrings();

  /** The exception for a pickle that is not in order. */
  AdapterXException failure(String message, @Nullable Throwable cause);
}
