package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model as a folder: one weight file with a conventional name, or shards with an index ({@code
 * {"weight_map": {"tensor": "file"}}}).
 */
final class ShardedFolder {
  static final String INDEX_SUFFIX = ".index.json";

  /** Best first. */
  static final List<String> CUSTOMARY =
      List.of(
          "model.safetensors",
          "model.safetensors" + INDEX_SUFFIX,
          "pytorch_model.bin",
          "pytorch_model.bin" + INDEX_SUFFIX,
          "open_clip_model.safetensors",
          "open_clip_pytorch_model.bin");

  private static final long MAX_INDEX = 32L << 20;

  private ShardedFolder() {}

  static WeightFile read(Path folder) {
    return CUSTOMARY.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .map(WeightFile::read)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: no weights in this folder; expected one of %s"
                        .formatted(folder, String.join(", ", CUSTOMARY))));
  }

  /** The files that an index names, each repeated for every tensor it holds. */
  static List<String> shards(Path index) {
    List<String> files = List.copyOf(weightMap(index).values());
    files.forEach(
        file -> shard(index, file)); // hostile names are detected before anything is downloaded
    return files;
  }

  static WeightFile readIndex(Path index) {
    Map<String, String> fileOf = weightMap(index);
    Map<String, WeightFile> shards = new LinkedHashMap<>();
    for (String file : fileOf.values()) {
      shards.computeIfAbsent(file, f -> WeightFile.read(shard(index, f)));
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    String format = Safetensors.FORMAT;
    for (Map.Entry<String, String> entry : fileOf.entrySet()) {
      WeightFile shard = shards.get(entry.getValue());
      if (shard != null) {
        tensors.put(entry.getKey(), shard.tensor(entry.getKey()));
        metadata.putAll(shard.metadata());
        format = shard.format();
      }
    }
    return new WeightFile(index, format, tensors, metadata);
  }

  private static Map<String, String> weightMap(Path index) {
    try (FileBytes file = FileBytes.open(index)) {
      if (file.size() > MAX_INDEX) {
        throw new CheckpointException(
            "%s: an index of %d bytes, expected %d at most"
                .formatted(index, file.size(), MAX_INDEX));
      }
      ByteBuffer bytes = file.slice(0, file.size(), "the index");
      byte[] json = new byte[bytes.remaining()];
      bytes.get(json);
      JsonNode map = JsonMapper.shared().readTree(json).path("weight_map");
      Map<String, String> fileOf = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : map.properties()) {
        fileOf.put(
            entry.getKey(), entry.getValue().isString() ? entry.getValue().stringValue() : "");
      }
      if (fileOf.isEmpty()) {
        throw new CheckpointException(
            index + ": expected an object 'weight_map' from tensor names to file names");
      }
      return fileOf;
    } catch (JacksonException e) {
      throw new CheckpointException(
          index + ": the index is no valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** A shard must lie beside its index: a path could name any file of the machine. */
  private static Path shard(Path index, String file) {
    boolean plain = file.matches("[A-Za-z0-9._ -]+") && !file.matches("\\.+");
    if (!plain || file.endsWith(INDEX_SUFFIX)) {
      throw new CheckpointException(
          "%s: shard '%s': expected the plain name of a weight file in the same folder"
              .formatted(index, file));
    }
    Path shard = index.resolveSibling(file);
    if (Files.isDirectory(shard)) {
      // Through a link, it might be the index's own folder.
      throw new CheckpointException(
          "%s: shard '%s' is a folder, expected a weight file".formatted(index, file));
    }
    return shard;
  }
}
