package dev.adapterx.serve;

import dev.adapterx.serve.Engine.Reply;
import dev.adapterx.task.Probabilities;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An answer of the Open Inference Protocol, version 2.
 *
 * @param content JSON and the bytes after it
 * @param json length of the JSON
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
record InferAnswer(byte[] content, int json) {
  /** The only version that an adapter has. */
  static final String VERSION = "1";

  private static final int FLOAT = 4;

  /**
   * Of one adapter and some samples.
   *
   * @param rows of the samples, in their order; at least one
   */
  static InferAnswer of(InferRequest request, List<Reply> rows) {
    String adapter = rows.get(0).adapter();
    int classes = rows.get(0).labels().size();
    for (Reply row : rows) { // replaced between two groups of this one request
      if (row.labels().size() != classes) {
        throw new ServeException(503, "The adapter '" + adapter + "' was replaced; ask again");
      }
    }
    ByteArrayOutputStream after = new ByteArrayOutputStream();
    List<Object> outputs = new ArrayList<>();
    request
        .outputs()
        .forEach(
            (name, binary) ->
                outputs.add(
                    name.equals(InferRequest.LABEL)
                        ? labels(rows, binary, after)
                        : probabilities(rows, classes, binary, after)));
    Map<String, Object> json =
        Call.object("model_name", adapter, "model_version", VERSION, "outputs", outputs);
    if (request.id() != null) {
      json.put("id", request.id());
    }
    byte[] head = Call.bytes(json);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(after.toByteArray());
    return new InferAnswer(all.toByteArray(), head.length);
  }

  /** Whether bytes follow the JSON. */
  boolean isBinary() {
    return json < content.length;
  }

  private static Map<String, Object> probabilities(
      List<Reply> rows, int classes, boolean binary, ByteArrayOutputStream after) {
    Map<String, Object> output =
        Call.object(
            "name",
            InferRequest.PROBABILITIES,
            "datatype",
            "FP32",
            "shape",
            List.of(rows.size(), classes));
    List<Float> values = new ArrayList<>();
    for (Reply row : rows) {
      for (float value : row.probabilities()) {
        values.add(value);
      }
    }
    if (binary) {
      ByteBuffer bytes = ByteBuffer.allocate(FLOAT * values.size()).order(ByteOrder.LITTLE_ENDIAN);
      values.forEach(bytes::putFloat);
      after.writeBytes(bytes.array());
      output.put("parameters", Map.of("binary_data_size", bytes.capacity()));
    } else {
      output.put("data", values);
    }
    return output;
  }

  private static Map<String, Object> labels(
      List<Reply> rows, boolean binary, ByteArrayOutputStream after) {
    List<String> labels =
        rows.stream()
            .map(row -> row.labels().get(Probabilities.ranked(row.probabilities(), 1).get(0)))
            .toList();
    Map<String, Object> output =
        Call.object("name", InferRequest.LABEL, "datatype", "BYTES", "shape", List.of(rows.size()));
    if (!binary) {
      output.put("data", labels);
      return output;
    }
    int before = after.size();
    for (String label : labels) {
      byte[] text = label.getBytes(StandardCharsets.UTF_8);
      after.writeBytes(
          ByteBuffer.allocate(FLOAT).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length).array());
      after.writeBytes(text);
    }
    output.put("parameters", Map.of("binary_data_size", after.size() - before));
    return output;
  }
}
