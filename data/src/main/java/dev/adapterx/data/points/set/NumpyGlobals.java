package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.pickle.PickleGlobals;
import dev.adapterx.base.pickle.PickleValue.Bytes;
import dev.adapterx.base.pickle.PickleValue.Global;
import dev.adapterx.base.pickle.PickleValue.Sequence;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that pickled numpy arrays need, and no others. Elements are floats and whole numbers;
 * their bytes are stored in the pickle as bytes, as a bytearray, or as a Latin-1 string (protocol
 * 2).
 *
 * <p>Source: {@code __reduce__}, {@code __reduce_ex__} and {@code __setstate__} of {@code ndarray}
 * and {@code dtype} in numpy's {@code methods.c} and {@code descriptor.c}.
 */
final class NumpyGlobals implements PickleGlobals {
  private static final String ENCODE = "_codecs.encode";
  private static final Set<String> ALLOWED =
      Set.of(
          ENCODE,
          "numpy.dtype",
          "numpy.ndarray",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "numpy.core.numeric._frombuffer",
          "numpy._core.numeric._frombuffer");

  private static final Pattern NUMBERS = Pattern.compile("[<>=|]?(f[48]|[iu][1248])");
  private static final int MOST_DIMENSIONS = 8;

  private final String file;
  private long mayEncode;

  /**
   * Globals for one file.
   *
   * @param bytes its size; encoded strings cannot add up to much more
   */
  NumpyGlobals(String file, long bytes) {
    this.file = file;
    this.mayEncode = 2 * bytes;
  }

  @Override
  public Global global(String module, String name) {
    String full = module + "." + name;
    if (!ALLOWED.contains(full)) {
      throw new DataException(
          "%s: the pickle asks for '%s', which arrays of numbers do not need; it was not run. If you trust the file, save its arrays alone where that class is at home"
              .formatted(file, full.length() > 200 ? full.substring(0, 200) + "…" : full));
    }
    return new Global(full);
  }

  @Override
  public Object call(Object callable, Object arguments) {
    List<Object> args = arguments instanceof Sequence s ? s.items() : List.of();
    String name = callable instanceof Global global ? global.name() : "";
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "encode" -> encoded(args);
      case "dtype" -> dtype(args);
      case "_reconstruct" -> new NdArray();
      case "scalar" -> {
        require(args.size() == 2, "makes a scalar of something else than a type and bytes");
        yield filled(new NdArray(), args.get(0), new long[0], false, args.get(1));
      }
      case "_frombuffer" -> {
        require(args.size() == 4, "makes an array of something else than a buffer and its shape");
        boolean fortran = "F".equals(args.get(3));
        yield filled(new NdArray(), args.get(1), shape(args.get(2)), fortran, args.get(0));
      }
      default -> throw broken("calls something that is no function");
    };
  }

  /**
   * A dtype's state is (version, byte order, …), an array's (version, shape, dtype, Fortran,
   * bytes).
   */
  @Override
  public void build(Object target, Object state) {
    List<Object> items = state instanceof Sequence s ? s.items() : List.of();
    if (target instanceof NdArray.DType dtype && items.size() >= 2) {
      dtype.order = ">".equals(items.get(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    } else if (target instanceof NdArray array && items.size() == 5) {
      boolean fortran = Boolean.TRUE.equals(items.get(3));
      filled(array, items.get(2), shape(items.get(1)), fortran, items.get(4));
    } else {
      throw broken("gives a state to something that has none");
    }
  }

  @Override
  public Object persistent(Object id) {
    throw broken("refers to an object outside of the file");
  }

  @Override
  public Object bytes(ByteBuffer content) {
    return new Bytes(content);
  }

  /** Latin-1, as Python 2 wrote an array's contents as a string, byte by byte. */
  @Override
  public Charset byteStrings() {
    return StandardCharsets.ISO_8859_1;
  }

  @Override
  public DataException failure(String message, @Nullable Throwable cause) {
    return new DataException(message, cause);
  }

  private NdArray filled(
      NdArray array, Object dtype, long[] shape, boolean fortran, Object content) {
    ByteBuffer bytes;
    if (content instanceof Bytes raw) {
      bytes = raw.content();
    } else if (content instanceof String text) {
      bytes = latin1(text);
    } else {
      throw broken("has an array whose contents are no bytes");
    }
    require(
        dtype instanceof NdArray.DType type && array.fill(type, shape, fortran, bytes),
        "has an array whose shape, type and number of bytes do not fit together");
    return array;
  }

  private NdArray.DType dtype(List<Object> args) {
    String name = !args.isEmpty() && args.get(0) instanceof String text ? text : "?";
    Matcher number = NUMBERS.matcher(name);
    require(
        number.matches(),
        "has an array of type '%s'; expected float32, float64 or whole numbers"
            .formatted(name.length() > 40 ? name.substring(0, 40) + "…" : name));
    String type = number.group(1);
    return new NdArray.DType(type.charAt(0), type.charAt(1) - '0');
  }

  private Bytes encoded(List<Object> args) {
    require(!args.isEmpty() && args.get(0) instanceof String, "encodes what is no string");
    return new Bytes(latin1((String) args.get(0)));
  }

  private ByteBuffer latin1(String text) {
    mayEncode -= text.length();
    require(mayEncode >= 0, "makes more bytes of strings than it holds");
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private long[] shape(Object value) {
    List<Object> items = value instanceof Sequence s ? s.items() : List.of();
    require(
        value instanceof Sequence && items.size() <= MOST_DIMENSIONS,
        "has an array whose shape is no short tuple");
    long[] shape = new long[items.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = items.get(i) instanceof Long length ? length : -1;
    }
    return shape;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw broken(otherwise);
    }
  }

  private DataException broken(String how) {
    return new DataException(
        file + ": the pickle " + how + "; the file is damaged or of an unknown kind");
  }
}
