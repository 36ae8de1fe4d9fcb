package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import dev.adapterx.weights.naming.CheckpointNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of a weight file of any supported format, under their names in the file.
 *
 * <p>Supported, detected by content and not by extension: safetensors (one file, or a folder or
 * index of shards), torch files (zip and the older pickled form; nothing in them is ever executed),
 * npz and npy. See {@link CheckpointNames} for a common naming.
 *
 * @param path of the file
 * @param format {@code safetensors}, {@code torch zip}, {@code torch legacy}, {@code npz} or {@code
 *     npy}
 * @param tensors by name, in the order of the file
 * @param metadata the free text of safetensors' {@code __metadata__}; empty for other formats
 */
public record WeightFile(
    Path path, String format, Map<String, StoredTensor> tensors, Map<String, String> metadata) {

  /** Keeps unmodifiable copies. */
  public WeightFile {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Reads a file, or a folder that holds {@code model.safetensors}, {@code
   * model.safetensors.index.json}, {@code pytorch_model.bin}, {@code pytorch_model.bin.index.json},
   * {@code open_clip_model.safetensors} or {@code open_clip_pytorch_model.bin} (the first of these
   * that exists).
   *
   * @throws CheckpointException when the file is missing, of no known format, damaged or hostile
   */
  public static WeightFile read(Path path) {
    if (Files.isDirectory(path)) {
      return ShardedFolder.read(path);
    }
    if (path.toString().endsWith(ShardedFolder.INDEX_SUFFIX)) {
      return ShardedFolder.readIndex(path);
    }
    try (FileBytes file = FileBytes.open(path)) {
      return FormatDetector.read(file);
    }
  }

  @Override
  public String toString() {
    return "%s: %s of %d tensors".formatted(path, format, tensors.size());
  }

  /**
   * The tensor of this name.
   *
   * @throws CheckpointException naming the nearest one when there is none
   */
  public StoredTensor tensor(String name) {
    StoredTensor found = tensors.get(name);
    if (found == null) {
      throw new CheckpointException(
          "%s: no tensor '%s' among %d%s"
              .formatted(path, name, tensors.size(), Names.hint(name, tensors.keySet())));
    }
    return found;
  }

  /**
   * Only the tensors whose name begins with {@code given}, without it: {@code
   * within("teacher.backbone.")}, or {@code teacher.backbone} where a dot follows.
   *
   * @throws CheckpointException when there is none
   */
  public WeightFile within(String given) {
    boolean begun = tensors.keySet().stream().anyMatch(name -> name.startsWith(given + "."));
    String prefix = begun ? given + "." : given;
    Map<String, StoredTensor> inside = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            String rest = name.substring(prefix.length());
            inside.put(rest, tensor.named(rest));
          }
        });
    if (inside.isEmpty()) {
      throw new CheckpointException(
          "%s: no tensor's name begins with '%s'; there are %s"
              .formatted(path, prefix, Names.some(tensors.keySet().stream().toList())));
    }
    return new WeightFile(path, format, inside, metadata);
  }
}
