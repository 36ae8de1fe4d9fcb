package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes safetensors: the same tensors and metadata give the same bytes, and the file appears whole
 * or not at all.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes the tensors in the order given, the metadata sorted by key. The header is padded with
   * spaces so that the data begin at a multiple of 8 bytes. The tensors' bytes are streamed, never
   * held together in memory.
   *
   * @throws CheckpointException for two tensors of one name, or one named {@code __metadata__}
   * @throws dev.adapterx.base.AdapterXException when the file cannot be written
   */
  public static void write(
      Path file, Collection<StoredTensor> tensors, Map<String, String> metadata) {
    byte[] header = header(file, tensors, metadata);
    WholeFile.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(Long.BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(header.length)
                  .array());
          out.write(header);
          byte[] chunk = new byte[1 << 16];
          for (StoredTensor tensor : tensors) {
            copy(tensor.data(), out, chunk);
          }
        });
  }

  private static byte[] header(
      Path file, Collection<StoredTensor> tensors, Map<String, String> metadata) {
    var bytes = new ByteArrayOutputStream();
    Set<String> seen = new HashSet<>();
    try (JsonGenerator json =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeName(SafetensorsHeader.METADATA);
        json.writeStartObject();
        new TreeMap<>(metadata).forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long offset = 0;
      for (StoredTensor tensor : tensors) {
        if (tensor.name().equals(SafetensorsHeader.METADATA) || !seen.add(tensor.name())) {
          throw new CheckpointException(
              "%s: tensor '%s' given twice or named like the metadata; every name must be its own"
                  .formatted(file, tensor.name()));
        }
        long end = Math.addExact(offset, tensor.data().limit());
        writeEntry(json, tensor, offset, end);
        offset = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, StoredTensor tensor, long begin, long end) {
    json.writeName(tensor.name());
    json.writeStartObject();
    json.writeStringProperty("dtype", tensor.dtype().name());
    long[] shape = tensor.shape();
    json.writeName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeName("data_offsets");
    json.writeArray(new long[] {begin, end}, 0, 2);
    json.writeEndObject();
  }

  private static void copy(ByteBuffer data, OutputStream out, byte[] chunk) throws IOException {
    while (data.hasRemaining()) {
      int count = Math.min(chunk.length, data.remaining());
      data.get(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }
}
