package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.pickle.Unpickler;
import dev.adapterx.weights.TorchValue.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the format that {@code torch.save} has written since PyTorch 1.6: a zip of one pickle
 * ({@code data.pkl}) and one entry per storage ({@code data/KEY}).
 */
final class TorchZip {
  private static final String PICKLE = "data.pkl";
  private static final long MAX_PICKLE = 64L << 20;

  private final ZipArchive zip;
  private final String root;
  private final Map<String, ByteBuffer> inflated = new HashMap<>();

  private TorchZip(ZipArchive zip, String root) {
    this.zip = zip;
    this.root = root;
  }

  static boolean isIn(ZipArchive zip) {
    return zip.entries().keySet().stream().anyMatch(TorchZip::isPickle);
  }

  private static boolean isPickle(String entry) {
    return entry.equals(PICKLE) || entry.endsWith("/" + PICKLE);
  }

  static WeightFile read(ZipArchive zip) {
    String pickle =
        zip.entries().keySet().stream().filter(TorchZip::isPickle).findFirst().orElseThrow();
    return new TorchZip(zip, pickle.substring(0, pickle.length() - PICKLE.length())).read();
  }

  private WeightFile read() {
    String file = zip.file().toString();
    if (zip.entry(root + "constants.pkl") != null) {
      throw new CheckpointException(
          file
              + " is a TorchScript program, which holds code; save the model's state_dict instead");
    }
    ZipArchive.Entry pickle = existing(PICKLE, "the pickle");
    if (pickle.size() > MAX_PICKLE) {
      throw new CheckpointException(
          "%s: a pickle of %d bytes, expected %d at most"
              .formatted(file, pickle.size(), MAX_PICKLE));
    }
    Object content = new Unpickler(file, zip.contents(pickle), new TorchGlobals(file)).next();
    var tensors = new TorchTensors(file, zip.budget(), byteOrder(), this::range);
    return new WeightFile(
        zip.file().path(), "torch zip", tensors.all(StateDict.of(file, content)), Map.of());
  }

  private ByteOrder byteOrder() {
    ZipArchive.Entry marker = zip.entry(root + "byteorder");
    if (marker == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String text =
        marker.size() > 16 ? "" : StandardCharsets.US_ASCII.decode(zip.contents(marker)).toString();
    return switch (text) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new CheckpointException(
              zip.file() + ": entry 'byteorder' is neither 'little' nor 'big'; it is damaged");
    };
  }

  private ByteBuffer range(Storage storage, long offset, long length, String what) {
    ZipArchive.Entry entry = existing("data/" + storage.key, what);
    if (zip.isStored(entry)) {
      return zip.range(entry, offset, length);
    }
    ByteBuffer all = inflated.computeIfAbsent(entry.name(), name -> zip.contents(entry));
    if (offset > all.limit() || length > all.limit() - offset) {
      throw new CheckpointException(
          "%s: %s needs %d bytes from %d on, its storage has %d"
              .formatted(zip.file(), what, length, offset, all.limit()));
    }
    return all.slice((int) offset, (int) length);
  }

  private ZipArchive.Entry existing(String name, String what) {
    ZipArchive.Entry entry = zip.entry(root + name);
    if (entry == null) {
      throw new CheckpointException(
          "%s: %s needs zip entry '%s', which is missing; the file is damaged"
              .formatted(zip.file(), what, root + name));
    }
    return entry;
  }
}
