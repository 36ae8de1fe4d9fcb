package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.pickle.PickleValue.Dict;
import dev.adapterx.base.pickle.PickleValue.Sequence;
import dev.adapterx.base.pickle.Unpickler;
import dev.adapterx.weights.TorchValue.Storage;
import dev.adapterx.weights.TorchValue.TensorView;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the format that {@code torch.save} wrote before PyTorch 1.6: five pickles (magic number,
 * protocol, machine, content, storage keys) and then, for every storage, its number of elements and
 * its bytes.
 *
 * <p>Source: {@code _legacy_save} in {@code torch/serialization.py}.
 */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int PROTOCOL = 1001;
  private static final long MAX_PICKLES = 64L << 20;

  private final FileBytes file;
  private final Map<String, long[]> places = new HashMap<>();

  private TorchLegacy(FileBytes file) {
    this.file = file;
  }

  /** Whether the file begins with a pickle. */
  static boolean isBegunBy(ByteBuffer head) {
    return head.limit() > 2 && (head.get(0) & 0xFF) == 0x80 && head.get(1) >= 2 && head.get(1) <= 5;
  }

  static WeightFile read(FileBytes file) {
    return new TorchLegacy(file).read();
  }

  private WeightFile read() {
    ByteBuffer bytes = file.slice(0, Math.min(file.size(), MAX_PICKLES), "the pickles");
    TorchGlobals globals = new TorchGlobals(file.toString());
    Unpickler pickles = new Unpickler(file.toString(), bytes, globals);
    if (!MAGIC.equals(pickles.next())) {
      throw new CheckpointException(
          file
              + " is a pickle but not one of torch.save; save the model's state_dict with torch.save");
    }
    Object protocol = pickles.next();
    if (!Long.valueOf(PROTOCOL).equals(protocol)) {
      throw new CheckpointException(
          "%s: torch protocol %s, expected %d"
              .formatted(file, protocol instanceof Long ? protocol : "?", PROTOCOL));
    }
    Object machine = pickles.next();
    boolean big =
        machine instanceof Dict d && Boolean.FALSE.equals(d.entries().get("little_endian"));
    Map<String, TensorView> views = StateDict.of(file.toString(), pickles.next());
    locate(pickles.next(), globals.storages(), bytes.position());
    var tensors =
        new TorchTensors(
            file.toString(),
            new MemoryBudget(file.toString(), file.size()),
            big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
            this::range);
    return new WeightFile(file.path(), "torch legacy", tensors.all(views), Map.of());
  }

  /** Locates the storages, whose bytes are stored in the order of the keys. */
  private void locate(Object keys, Map<String, Storage> known, long start) {
    if (!(keys instanceof Sequence sequence)) {
      throw new CheckpointException(file + ": expected a list of storage keys; it is damaged");
    }
    long at = start;
    for (Object item : sequence.items()) {
      String key = String.valueOf(item);
      Storage storage = known.get(key);
      if (storage == null) {
        throw new CheckpointException(
            "%s: a storage that no tensor mentions; the file is damaged".formatted(file));
      }
      String what = "storage '" + key + "'";
      long elements = file.slice(at, Long.BYTES, what).getLong(0);
      at += Long.BYTES;
      if (elements < 0 || elements > (file.size() - at) / storage.dtype.bytes()) {
        throw new CheckpointException(
            "%s: %s promises %d elements of %s, found %d bytes to the end of the file; it is truncated or damaged: fetch it again"
                .formatted(file, what, elements, storage.dtype, file.size() - at));
      }
      long length = elements * storage.dtype.bytes();
      places.put(key, new long[] {at, length});
      at += length;
    }
  }

  private ByteBuffer range(Storage storage, long offset, long length, String what) {
    long[] place = places.get(storage.key);
    if (place == null || offset > place[1] || length > place[1] - offset) {
      throw new CheckpointException(
          "%s: %s needs %d bytes from %d on of a storage of %d; the file is damaged"
              .formatted(file, what, length, offset, place == null ? 0 : place[1]));
    }
    return file.slice(place[0] + offset, length, what);
  }
}
