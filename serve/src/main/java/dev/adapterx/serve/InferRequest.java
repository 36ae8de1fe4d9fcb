package dev.adapterx.serve;

import dev.adapterx.base.Settings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A request of the Open Inference Protocol, version 2: JSON, after which the bytes of those tensors
 * may follow that the JSON gives only the length of.
 *
 * @param id echoed in the answer; null where there is none
 * @param contents of files, where these were sent
 * @param rows prepared samples, where these were sent
 * @param micros how long the sender waits; 0: not said
 * @param outputs wanted, by name, and whether as bytes after the JSON; in their order
 */
record InferRequest(
    @Nullable String id,
    List<byte[]> contents,
    List<float[]> rows,
    long micros,
    Map<String, Boolean> outputs) {
  static final String PROBABILITIES = "probabilities";
  static final String LABEL = "label";

  private static final List<String> KNOWN = List.of(PROBABILITIES, LABEL);
  private static final int FLOAT = 4;

  /**
   * What the server takes.
   *
   * @param file name of the input that holds contents of files (BYTES)
   * @param values name of the input that holds prepared samples (FP32)
   * @param shape of a prepared sample
   * @param most samples
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Form(String file, String values, long[] shape, int most) {
    int size() {
      return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }
  }

  /**
   * Reads a request.
   *
   * @param header length of the JSON; null: all of it
   * @throws ServeException 400 naming what is wrong
   */
  static InferRequest read(byte[] body, @Nullable String header, Form form) {
    int json = length(body, header);
    JsonNode root;
    try {
      root = Settings.json().readTree(body, 0, json);
    } catch (JacksonException e) {
      throw ServeException.bad("The request is no JSON: " + e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw ServeException.bad("Expected a JSON object with inputs");
    }
    JsonNode inputs = root.path("inputs");
    if (!inputs.isArray() || inputs.size() != 1) {
      throw ServeException.bad(
          "inputs: expected one, either '%s' (BYTES) or '%s' (FP32), found %s"
              .formatted(form.file, form.values, inputs.isArray() ? inputs.size() : "no list"));
    }
    ByteBuffer rest =
        ByteBuffer.wrap(body, json, body.length - json).slice().order(ByteOrder.LITTLE_ENDIAN);
    JsonNode input = inputs.get(0);
    List<byte[]> contents = List.of();
    List<float[]> rows = List.of();
    if (text(input, "name").equals(form.file) && text(input, "datatype").equals("BYTES")) {
      contents = contents(input, rest, samples(input, new long[0], form), form.file);
    } else if (text(input, "name").equals(form.values) && text(input, "datatype").equals("FP32")) {
      rows = rows(input, rest, samples(input, form.shape, form), form);
    } else {
      throw ServeException.bad(
          "inputs[0]: expected '%s' of datatype BYTES or '%s' of datatype FP32, found '%s' of '%s'"
              .formatted(form.file, form.values, text(input, "name"), text(input, "datatype")));
    }
    if (rest.hasRemaining()) {
      throw ServeException.bad(
          rest.remaining()
              + " bytes follow the JSON that no input has; is Inference-Header-Content-Length right?");
    }
    JsonNode parameters = root.path("parameters");
    return new InferRequest(
        root.path("id").isString() ? text(root, "id") : null,
        contents,
        rows,
        whole(parameters.path("timeout"), "parameters.timeout"),
        outputs(root.path("outputs"), flag(parameters, "binary_data_output")));
  }

  private static int length(byte[] body, @Nullable String header) {
    if (header == null) {
      return body.length;
    }
    String digits = header.strip();
    if (!digits.matches("\\d{1,9}") || Integer.parseInt(digits) > body.length) {
      throw ServeException.bad(
          "Inference-Header-Content-Length: expected at most the body's %d bytes, found '%s'"
              .formatted(body.length, shown(header)));
    }
    return Integer.parseInt(digits);
  }

  private static String shown(String text) {
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }

  private static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    return value.isString() ? shown(value.stringValue()) : "";
  }

  private static boolean flag(JsonNode parameters, String key) {
    return parameters.path(key).isBoolean() && parameters.path(key).booleanValue();
  }

  private static long whole(JsonNode node, String place) {
    if (node.isMissingNode() || node.isNull()) {
      return 0;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw ServeException.bad(place + ": expected a whole number from 0");
    }
    return node.longValue();
  }

  /** The first dimension, where the others are those of a sample. */
  private static int samples(JsonNode input, long[] sample, Form form) {
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
    if (n < 1 || n > form.most) {
      throw ServeException.bad(
          "inputs[0].shape: expected 1 to %d samples in one request, found %d"
              .formatted(form.most, n));
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

  private static List<byte[]> contents(JsonNode input, ByteBuffer rest, int n, String name) {
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

  private static List<float[]> rows(JsonNode input, ByteBuffer rest, int n, Form form) {
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

  private static Map<String, Boolean> outputs(JsonNode wanted, boolean binary) {
    Map<String, Boolean> outputs = new LinkedHashMap<>();
    if (wanted.isMissingNode() || wanted.isNull() || wanted.isEmpty()) {
      KNOWN.forEach(name -> outputs.put(name, binary));
      return outputs;
    }
    for (JsonNode one : wanted) {
      String name = text(one, "name");
      JsonNode parameters = one.path("parameters");
      if (!KNOWN.contains(name)) {
        throw ServeException.bad(
            "outputs: expected 'probabilities' or 'label', found '" + name + "'");
      }
      if (parameters.has("classification") || parameters.has("shared_memory_region")) {
        throw ServeException.bad(
            "outputs: neither classification nor shared memory is served; ask for 'label'");
      }
      outputs.put(name, parameters.has("binary_data") ? flag(parameters, "binary_data") : binary);
    }
    return outputs;
  }
}
