package dev.adapterx.serve;

import dev.adapterx.base.Settings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
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
 * @param file a name whose ending says how clouds are read; null: not said
 * @param category what clouds show; null: not said
 * @param outputs those wanted, as the sender wrote them
 * @param binary whether outputs are bytes after the JSON where one says nothing else
 */
record InferRequest(
    @Nullable String id,
    List<byte[]> contents,
    List<float[]> rows,
    long micros,
    @Nullable String file,
    @Nullable String category,
    JsonNode outputs,
    boolean binary) {
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
    if (InferInput.text(input, "name").equals(form.file)
        && InferInput.text(input, "datatype").equals("BYTES")) {
      contents =
          InferInput.contents(input, rest, InferInput.samples(input, new long[0], form), form.file);
    } else if (InferInput.text(input, "name").equals(form.values)
        && InferInput.text(input, "datatype").equals("FP32")) {
      rows = InferInput.rows(input, rest, InferInput.samples(input, form.shape, form), form);
    } else {
      throw ServeException.bad(
          "inputs[0]: expected '%s' of datatype BYTES or '%s' of datatype FP32, found '%s' of '%s'"
              .formatted(
                  form.file,
                  form.values,
                  InferInput.text(input, "name"),
                  InferInput.text(input, "datatype")));
    }
    if (rest.hasRemaining()) {
      throw ServeException.bad(
          rest.remaining()
              + " bytes follow the JSON that no input has; is Inference-Header-Content-Length right?");
    }
    JsonNode parameters = root.path("parameters");
    return new InferRequest(
        root.path("id").isString() ? InferInput.text(root, "id") : null,
        contents,
        rows,
        InferInput.whole(parameters.path("timeout"), "parameters.timeout"),
        InferInput.textOrNull(parameters, "file"),
        InferInput.textOrNull(parameters, "category"),
        root.path("outputs"),
        InferInput.flag(parameters, "binary_data_output"));
  }

  private static int length(byte[] body, @Nullable String header) {
    if (header == null) {
      return body.length;
    }
    String digits = header.strip();
    if (!digits.matches("\\d{1,9}") || Integer.parseInt(digits) > body.length) {
      throw ServeException.bad(
          "Inference-Header-Content-Length: expected at most the body's %d bytes, found '%s'"
              .formatted(body.length, InferInput.shown(header)));
    }
    return Integer.parseInt(digits);
  }
}
