package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The JSON header of a safetensors file, read as a stream so that a hostile one stays cheap. */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  private static final int MAX_TENSORS = 250_000;
  private static final int MAX_METADATA = 10_000;

  /** One tensor: its bytes are {@code begin <= i < end} of the data behind the header. */
  @SuppressWarnings("ArrayRecordComponent") // passed to StoredTensor, which copies
  record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  static SafetensorsHeader parse(String file, ByteBuffer json) {
    JsonFactory factory =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser parser =
        factory.createParser(ObjectReadContext.empty(), new BufferStream(json))) {
      return new Reader(file, parser).header();
    } catch (JacksonException e) {
      throw new CheckpointException(
          file + ": the safetensors header is no valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private record Reader(String file, JsonParser json) {
    SafetensorsHeader header() {
      List<Entry> entries = new ArrayList<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      require(json.nextToken() == JsonToken.START_OBJECT, "header", "an object");
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        if (name.equals(METADATA)) {
          readMetadata(metadata);
        } else {
          require(entries.size() < MAX_TENSORS, name, "at most " + MAX_TENSORS + " tensors");
          entries.add(entry(name));
        }
      }
      require(json.nextToken() == null, "header", "nothing behind the closing brace");
      return new SafetensorsHeader(entries, metadata);
    }

    private void readMetadata(Map<String, String> metadata) {
      require(json.nextToken() == JsonToken.START_OBJECT, METADATA, "an object of strings");
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = json.currentName();
        require(json.nextToken() == JsonToken.VALUE_STRING, METADATA + "." + key, "a string");
        require(metadata.size() < MAX_METADATA, METADATA, "at most " + MAX_METADATA + " entries");
        metadata.put(key, json.getString());
      }
    }

    private Entry entry(String name) {
      @Nullable DType dtype = null;
      long @Nullable [] shape = null;
      long @Nullable [] range = null;
      require(json.nextToken() == JsonToken.START_OBJECT, name, "an object");
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        switch (json.currentName()) {
          case "dtype" -> dtype = dtype(name);
          case "shape" -> shape = numbers(name + ".shape", StoredTensor.MAX_RANK);
          case "data_offsets" -> range = numbers(name + ".data_offsets", 2);
          default -> require(false, name + "." + json.currentName(), "no such key");
        }
      }
      if (dtype == null || shape == null || range == null || range.length != 2) {
        throw wrong(name, "dtype, shape and two data_offsets");
      }
      long size = StoredTensor.byteSize(file + ": tensor '" + name + "'", dtype, shape);
      if (range[1] - range[0] != size) {
        throw new CheckpointException(
            "%s: tensor '%s': %s %s takes %d bytes, found data_offsets %s of %d bytes"
                .formatted(
                    file,
                    name,
                    dtype,
                    Arrays.toString(shape),
                    size,
                    Arrays.toString(range),
                    range[1] - range[0]));
      }
      return new Entry(name, dtype, shape, range[0], range[1]);
    }

    private DType dtype(String tensor) {
      require(json.nextToken() == JsonToken.VALUE_STRING, tensor + ".dtype", "a string");
      String name = json.getString();
      List<String> known = Arrays.stream(DType.values()).map(DType::name).toList();
      return DType.named(name)
          .orElseThrow(
              () ->
                  new CheckpointException(
                      "%s: tensor '%s': element type %s is not supported (%s)%s"
                          .formatted(
                              file,
                              tensor,
                              name.length() > 20 ? name.substring(0, 20) + "..." : name,
                              String.join(", ", known),
                              Names.hint(name, known))));
    }

    private long[] numbers(String key, int most) {
      require(json.nextToken() == JsonToken.START_ARRAY, key, "an array");
      long[] values = new long[most];
      int count = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        require(
            json.currentToken() == JsonToken.VALUE_NUMBER_INT && count < most,
            key,
            "at most " + most + " whole numbers");
        values[count] = json.getLongValue();
        require(values[count] >= 0, key, "no negative number");
        count++;
      }
      return Arrays.copyOf(values, count);
    }

    private void require(boolean holds, String key, String expected) {
      if (!holds) {
        throw wrong(key, expected);
      }
    }

    private CheckpointException wrong(String key, String expected) {
      String where = key.length() > 200 ? key.substring(0, 200) + "..." : key;
      return new CheckpointException(
          "%s: safetensors header, at '%s': expected %s".formatted(file, where, expected));
    }
  }

  /** A stream over a buffer, which may be off-heap. */
  private static final class BufferStream extends InputStream {
    private final ByteBuffer bytes;

    BufferStream(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int count = Math.min(length, bytes.remaining());
      if (count == 0) {
        return length == 0 ? 0 : -1;
      }
      bytes.get(into, offset, count);
      return count;
    }
  }
}
