package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.pickle.PickleGlobals;
import dev.adapterx.base.pickle.PickleValue.Dict;
import dev.adapterx.base.pickle.PickleValue.Global;
import dev.adapterx.base.pickle.PickleValue.Opaque;
import dev.adapterx.base.pickle.PickleValue.Sequence;
import dev.adapterx.weights.TorchValue.Storage;
import dev.adapterx.weights.TorchValue.TensorView;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The only names a torch file may use, and what "calling" them does here: tensors are described,
 * ordered dicts are built, everything else becomes an {@link Opaque}.
 *
 * <p>Source: {@code torch/_utils.py} and {@code torch/serialization.py} of PyTorch for the
 * arguments of the rebuild functions and of the persistent ids.
 */
final class TorchGlobals implements PickleGlobals {
  private static final Map<String, DType> STORAGES =
      Map.of(
          "DoubleStorage", DType.F64,
          "FloatStorage", DType.F32,
          "HalfStorage", DType.F16,
          "BFloat16Storage", DType.BF16,
          "LongStorage", DType.I64,
          "IntStorage", DType.I32,
          "ShortStorage", DType.I16,
          "CharStorage", DType.I8,
          "ByteStorage", DType.U8,
          "BoolStorage", DType.BOOL);

  private static final String UTILS = "torch._utils.";

  private static final Set<String> DICTS =
      Set.of(
          "collections.OrderedDict",
          "collections.defaultdict",
          "collections.Counter",
          "builtins.dict",
          "__builtin__.dict");

  private static final Set<String> REBUILDS =
      Set.of(
          UTILS + "_rebuild_tensor",
          UTILS + "_rebuild_tensor_v2",
          UTILS + "_rebuild_parameter",
          UTILS + "_rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2");

  private static final Set<String> OPAQUE =
      Set.of(
          "torch.Size",
          "torch.device",
          "torch.Tensor",
          "torch.nn.parameter.Parameter",
          "torch.serialization._get_layout",
          "argparse.Namespace",
          "copy_reg._reconstructor",
          "copyreg._reconstructor",
          "copyreg.__newobj__",
          "_codecs.encode",
          "datetime.datetime",
          "datetime.timedelta",
          "easydict.EasyDict",
          "numpy.dtype",
          "numpy.ndarray",
          "numpy.core.multiarray.scalar",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray.scalar",
          "numpy._core.multiarray._reconstruct",
          "pathlib.Path",
          "pathlib.PosixPath",
          "pathlib.WindowsPath",
          "pathlib.PurePosixPath",
          "pathlib._local.PosixPath",
          "pathlib._local.WindowsPath");

  private static final Set<String> PLAIN_BUILTINS =
      Set.of(
          "object",
          "set",
          "frozenset",
          "list",
          "tuple",
          "slice",
          "range",
          "int",
          "long",
          "float",
          "bool",
          "str",
          "unicode",
          "bytes",
          "bytearray",
          "complex");

  /** Names of torch's dtypes, which are values and not functions. */
  private static final Set<String> TORCH_TYPES =
      Set.of(
          "float64",
          "double",
          "float32",
          "float",
          "float16",
          "half",
          "bfloat16",
          "int64",
          "long",
          "int32",
          "int",
          "int16",
          "short",
          "int8",
          "uint8",
          "bool");

  /** Limits the total size of copies of memoised tuples and lists. */
  private static final int MAX_COPIED = 4_000_000;

  private final String file;
  private final Map<String, Storage> storages = new HashMap<>();
  private int copied;

  TorchGlobals(String file) {
    this.file = file;
  }

  @Override
  public Global global(String module, String name) {
    String full = module + "." + name;
    if (!isAllowed(module, name, full)) {
      throw new CheckpointException(
          "%s: the pickle asks for '%s', which plain weights do not need; it was not run. If you trust the file, save its state_dict alone (or as safetensors) in an environment that has that class"
              .formatted(file, full.length() > 200 ? full.substring(0, 200) + "..." : full));
    }
    return new Global(full);
  }

  private static boolean isAllowed(String module, String name, String full) {
    return switch (module) {
      case "torch" ->
          STORAGES.containsKey(name) || TORCH_TYPES.contains(name) || OPAQUE.contains(full);
      case "torch.cuda" -> STORAGES.containsKey(name);
      case "builtins", "__builtin__" -> DICTS.contains(full) || PLAIN_BUILTINS.contains(name);
      case "numpy" ->
          OPAQUE.contains(full) || name.matches("(float|u?int|bool|complex|str|bytes)_?\\d*");
      case "numpy.dtypes" -> name.matches("\\w{1,20}DType");
      default -> DICTS.contains(full) || REBUILDS.contains(full) || OPAQUE.contains(full);
    };
  }

  @Override
  public Object call(Object callable, Object arguments) {
    if (!(callable instanceof Global global)) {
      if (callable instanceof Opaque) {
        return new Opaque();
      }
      throw broken("calls something that is no function");
    }
    List<Object> args = arguments instanceof Sequence s ? s.items() : List.of();
    if (DICTS.contains(global.name())) {
      return dict(args);
    }
    if (global.name().equals("torch.Size") && args.size() == 1) {
      return args.get(0);
    }
    return REBUILDS.contains(global.name()) ? rebuild(global.name(), args) : new Opaque();
  }

  /** Attributes are ignored. */
  @Override
  public void build(Object target, Object state) {}

  @Override
  public Object bytes(ByteBuffer content) {
    return new Opaque();
  }

  @Override
  public Charset byteStrings() {
    return StandardCharsets.UTF_8;
  }

  @Override
  public CheckpointException failure(String message, @Nullable Throwable cause) {
    return new CheckpointException(message, cause);
  }

  /** The storage that a persistent id describes. */
  @Override
  public Object persistent(Object id) {
    Storage storage = storage(id);
    storages.put(storage.key, storage);
    return storage;
  }

  /** The storages referenced so far, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  private Storage storage(Object id) {
    List<Object> parts = id instanceof Sequence s ? s.items() : List.of();
    if (parts.size() < 5
        || !"storage".equals(parts.get(0))
        || !(parts.get(1) instanceof Global type)
        || !(parts.get(4) instanceof Long elements)) {
      throw broken("has a persistent id that is no storage");
    }
    DType dtype = STORAGES.get(type.name().substring(type.name().lastIndexOf('.') + 1));
    if (dtype == null || elements < 0) {
      throw broken("has a storage of type " + type.name() + " with " + elements + " elements");
    }
    long start = 0;
    long size = elements;
    if (parts.size() > 5 && parts.get(5) instanceof Sequence view && view.items().size() == 3) {
      start = whole(view.items().get(1));
      size = whole(view.items().get(2));
    }
    return new Storage(String.valueOf(parts.get(2)), dtype, size, start);
  }

  private Dict dict(List<Object> args) {
    if (args.size() == 1 && args.get(0) instanceof Dict other) {
      return other;
    }
    Dict dict = new Dict();
    if (args.size() == 1 && args.get(0) instanceof Sequence pairs) {
      countCopied(pairs.items().size());
      for (Object pair : pairs.items()) {
        if (pair instanceof Sequence p && p.items().size() == 2) {
          dict.put(p.items().get(0), p.items().get(1));
        }
      }
    }
    return dict;
  }

  private Object rebuild(String function, List<Object> args) {
    if (function.startsWith(UTILS + "_rebuild_parameter")) {
      return args.isEmpty() ? new Opaque() : args.get(0);
    }
    if (function.endsWith("_rebuild_from_type_v2")) {
      // (function, type, arguments, state): a tensor with attributes.
      if (args.size() == 4
          && args.get(0) instanceof Global inner
          && inner.name().startsWith(UTILS + "_rebuild_tensor")
          && args.get(2) instanceof Sequence innerArgs) {
        return rebuild(inner.name(), innerArgs.items());
      }
      throw broken("rebuilds a tensor in an unknown way");
    }
    // (storage, offset, size, stride, ...)
    if (args.size() < 4 || !(args.get(0) instanceof Storage storage)) {
      throw broken("rebuilds a tensor from no storage");
    }
    return new TensorView(storage, whole(args.get(1)), wholes(args.get(2)), wholes(args.get(3)));
  }

  private long[] wholes(Object sequence) {
    List<Object> items = sequence instanceof Sequence s ? s.items() : List.of();
    if (items.size() > StoredTensor.MAX_RANK || !(sequence instanceof Sequence)) {
      throw broken("has a tensor whose shape is no tuple of at most " + StoredTensor.MAX_RANK);
    }
    countCopied(items.size());
    return items.stream().mapToLong(this::whole).toArray();
  }

  private void countCopied(int items) {
    copied += items;
    if (copied > MAX_COPIED) {
      throw broken("copies more than " + MAX_COPIED + " items");
    }
  }

  private long whole(Object value) {
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    throw broken("has a tensor whose shape, stride or offset is no whole number >= 0");
  }

  private CheckpointException broken(String how) {
    return new CheckpointException(
        file + ": the pickle " + how + "; the file is damaged or of an unknown kind");
  }
}
