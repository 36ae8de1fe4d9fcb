package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Detects the format of a weight file from its first bytes. */
final class FormatDetector {
  /** First bytes of files that are often mistaken for weights. */
  private static final Map<String, String> MISTAKEN = new LinkedHashMap<>();

  static {
    MISTAKEN.put(
        "version https://git-lfs", "a Git LFS pointer; fetch the real file with 'git lfs pull'");
    MISTAKEN.put("<", "a web page or XML, probably an error page saved under this name");
    MISTAKEN.put("\u0089HDF", "HDF5 (Keras); convert it to safetensors");
    MISTAKEN.put("\u001f\u008b", "gzip; unpack it first");
    MISTAKEN.put("GGUF", "GGUF; convert it to safetensors");
    MISTAKEN.put("{", "JSON; name the weight file or its folder");
  }

  private FormatDetector() {}

  static WeightFile read(FileBytes file) {
    if (file.size() == 0) {
      throw new CheckpointException(file + " is empty, expected a weight file");
    }
    ByteBuffer head = file.slice(0, Math.min(file.size(), 32), "the beginning");
    if (Safetensors.isBegunBy(head) && Safetensors.hasPlausibleLength(head)) {
      return Safetensors.read(file); // first: its length may look like any other format's magic
    }
    if (startsWith(head, "PK\u0003\u0004") || startsWith(head, "PK\u0005\u0006")) {
      ZipArchive zip = new ZipArchive(file);
      return TorchZip.isIn(zip) ? TorchZip.read(zip) : Npz.read(zip);
    }
    if (startsWith(head, "\u0093NUMPY")) {
      return Npz.readSingle(file);
    }
    if (TorchLegacy.isBegunBy(head)) {
      return TorchLegacy.read(file);
    }
    for (Map.Entry<String, String> mistaken : MISTAKEN.entrySet()) {
      if (startsWith(head, mistaken.getKey())) {
        throw new CheckpointException(file + " is " + mistaken.getValue());
      }
    }
    if (Safetensors.isBegunBy(head)) {
      return Safetensors.read(file);
    }
    throw new CheckpointException(
        "%s is no weight file that is understood (safetensors, torch zip or legacy, npz, npy); it begins with %s"
            .formatted(file, shown(head)));
  }

  /** Whether the bytes begin with these (Latin-1) characters. */
  private static boolean startsWith(ByteBuffer head, String magic) {
    byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
    if (head.limit() < wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (head.get(i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private static String shown(ByteBuffer head) {
    StringBuilder text = new StringBuilder("bytes");
    for (int i = 0; i < Math.min(8, head.limit()); i++) {
      text.append(" %02x".formatted(head.get(i)));
    }
    return text.toString();
  }
}
