package dev.adapterx.serve;

import dev.adapterx.serve.InferRequest.Form;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The input tensor of a request of the Open Inference Protocol: in JSON, or in bytes after it. */
final class InferInput {
  private static final int FLOAT = 4;

  private InferInput() {}

  static String shown(String text) {
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }

  static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    return value.isString() ? shown(value.stringValue()) : "";
  }

  /** A text of the parameters; null where it is not given. */
  static @Nullable String textOrNull(JsonNode parameters, String key) {
    JsonNode value = parameters.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw ServeException.bad("parameters." + key + ": expected a text");
    }
    return value.stringValue();
  }

  static boolean flag(JsonNode parameters, String key) {
    return parameters.path(key).isBoolean() && parameters.path(key).booleanValue();
  }

  static long whole(JsonNode node, String place) {
    if (node.isMissingNode() || node.isNull()) {
      return 0;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw ServeException.bad(place + ": expected a whole number from 0");
    }
    return node.longValue();
  }

  /** The first dimension, where the others are those of a sample. */
  static int samples(JsonNode input, long[] sample, Form form) {
    JsonNode shape = input.path("shape");
    boolean fits = shape.isArray() && shape.size() == 1 + sample.length;
    for (int i = 0; fits && i < shape.size(); i++) {
      fits = shape.get(i).isIntegralNumber() && shape.get(i).canConvertToLong();
      fits &= fits && (i == 0 || shape.get(i).longValue() == sample[i - 1]);
    }
    if (!fits) {
      throw ServeException.bad(
          "inputs[0].shape: expected [n%s], found %s"
              .formatted(
                  Arrays.stream(sample).mapToObj(d -> ", " + d).reduce("", String::concat),
                  shown(shape.toString())));
    }
    long n = shape.get(0).longValue();
    if (n < 1 || n > form.most()) {
      throw ServeException.bad(
          "inputs[0].shape: expected 1 to %d samples in one request, found %d"
              .formatted(form.most(), n));
    }
    return (int) n;
  }

  /** The bytes after the JSON of an input that says how many; null where its data is JSON. */
  private static @Nullable ByteBuffer binary(JsonNode input, ByteBuffer rest) {
    JsonNode parameters = input.path("parameters");
    if (parameters.has("shared_memory_region")) {
      throw ServeException.bad("inputs[0]: shared memory is not served; send the data");
    }
    JsonNode size = parameters.path("binary_data_size");
    if (size.isMissingNode()) {
      return null;
    }
    long bytes = whole(size, "inputs[0].parameters.binary_data_size");
    if (bytes > rest.remaining()) {
      throw ServeException.bad(
          "inputs[0].parameters.binary_data_size: %d bytes, of which %d follow the JSON"
              .formatted(bytes, rest.remaining()));
    }
    ByteBuffer own = rest.slice(rest.position(), (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    rest.position(rest.position() + (int) bytes);
    return own;
  }

  static List<byte[]> contents(JsonNode input, ByteBuffer rest, int n, String name) {
    ByteBuffer binary = binary(input, rest);
    List<byte[]> contents = new ArrayList<>();
    if (binary == null) {
      JsonNode data = input.path("data");
      if (!data.isArray() || data.size() != n) {
        throw ServeException.bad(
            "inputs[0].data: expected as many files in base64 as the shape says, " + n);
      }
      for (JsonNode one : data) {
        contents.add(decoded(one, name));
      }
      return contents;
    }
    for (int i = 0; i < n; i++) { // each with its length before it
      int length = binary.remaining() < FLOAT ? -1 : binary.getInt();
      if (length < 0 || length > binary.remaining()) {
        throw ServeException.bad(
            "inputs[0]: expected %d elements of BYTES, each after its length in 4 bytes; element %d ends too early"
                .formatted(n, i));
      }
      byte[] content = new byte[length];
      binary.get(content);
      contents.add(content);
    }
    if (binary.hasRemaining()) {
      throw ServeException.bad("inputs[0]: more bytes than its " + n + " elements have");
    }
    return contents;
  }

  private static byte[] decoded(JsonNode one, String name) {
    try {
      if (one.isString()) {
        return Base64.getDecoder().decode(one.stringValue().getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw ServeException.bad(
        "inputs[0].data: expected the content of a file in base64 as '" + name + "'");
  }

  static List<float[]> rows(JsonNode input, ByteBuffer rest, int n, Form form) {
    ByteBuffer binary = binary(input, rest);
    int size = form.size();
    float[] all = new float[Math.multiplyExact(n, size)];
    if (binary != null) {
      if (binary.remaining() != (long) FLOAT * all.length) {
        throw ServeException.bad(
            "inputs[0]: expected %d bytes of FP32 by its shape, found %d"
                .formatted((long) FLOAT * all.length, binary.remaining()));
      }
      binary.asFloatBuffer().get(all);
    } else {
      int found = fill(input.path("data"), all, 0);
      if (found != all.length) {
        throw ServeException.bad(
            "inputs[0].data: expected %d numbers by its shape, found %s%d"
                .formatted(
                    all.length,
                    found > all.length ? "more than " : "",
                    Math.min(found, all.length)));
      }
    }
    for (float value : all) {
      if (!Float.isFinite(value)) {
        throw ServeException.bad("inputs[0]: expected finite numbers, found " + value);
      }
    }
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(Arrays.copyOfRange(all, i * size, (i + 1) * size));
    }
    return rows;
  }

  /** Numbers in lists within lists, in their order; how many there are, or one more than fit. */
  private static int fill(JsonNode data, float[] into, int from) {
    if (!data.isArray()) {
      throw ServeException.bad("inputs[0].data: expected a list of numbers");
    }
    int at = from;
    for (JsonNode one : data) {
      if (one.isArray()) {
        at = fill(one, into, at);
      } else if (!one.isNumber()) {
        throw ServeException.bad(
            "inputs[0].data: expected numbers, found " + shown(one.toString()));
      } else if (at < into.length) {
        into[at++] = value(one);
      } else {
        at++;
      }
      if (at > into.length) {
        return at;
      }
    }
    return at;
  }

  private static float value(JsonNode number) {
    try {
      return (float) number.doubleValue();
    } catch (JacksonException e) { // beyond what a double holds
      return Float.POSITIVE_INFINITY;
    }
  }
}
