package dev.adapterx.export;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import dev.adapterx.export.onnx.Data;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Where in a safetensors file values lie as a graph can use them in place. */
final class WeightPlaces {
  private final Path file;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, Long> offsets;

  private WeightPlaces(Path file, Map<String, StoredTensor> tensors, Map<String, Long> offsets) {
    this.file = file;
    this.tensors = tensors;
    this.offsets = offsets;
  }

  /** Those of a file, if it is one file of safetensors. */
  static Optional<WeightPlaces> of(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    WeightFile read = WeightFile.read(file);
    return read.format().equals("safetensors")
        ? Optional.of(new WeightPlaces(file, read.tensors(), offsets(file)))
        : Optional.empty();
  }

  /** Where each tensor begins in a file whose header {@link WeightFile} has found whole. */
  private static Map<String, Long> offsets(Path file) {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      long length = Long.reverseBytes(in.readLong());
      JsonNode header = new ObjectMapper().readTree(in.readNBytes(Math.toIntExact(length)));
      Map<String, Long> offsets = new HashMap<>();
      header.forEachEntry(
          (name, entry) -> {
            if (entry.has("data_offsets")) {
              offsets.put(name, Long.BYTES + length + entry.get("data_offsets").get(0).asLong());
            }
          });
      return offsets;
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  Path file() {
    return file;
  }

  /**
   * Where exactly these values are, under a name or with something before it.
   *
   * @param bytes little-endian
   */
  Optional<Data> find(String name, ByteBuffer bytes) {
    return tensors.keySet().stream()
        .filter(stored -> stored.equals(name) || stored.endsWith("." + name))
        .filter(stored -> holds(stored, bytes))
        .<Data>map(
            stored ->
                new Data.Beside(file.getFileName().toString(), offset(stored), bytes.remaining()))
        .findFirst();
  }

  private boolean holds(String stored, ByteBuffer bytes) {
    StoredTensor tensor = tensors.get(stored);
    return tensor != null && tensor.bytes() == bytes.remaining() && tensor.data().equals(bytes);
  }

  private long offset(String stored) {
    Long offset = offsets.get(stored);
    if (offset == null) {
      throw new CheckpointException(file + " was replaced while it was being read; try again");
    }
    return offset;
  }
}
