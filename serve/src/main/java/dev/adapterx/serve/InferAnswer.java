package dev.adapterx.serve;

import dev.adapterx.base.DataException;
import dev.adapterx.serve.task.TaskAnswer;
import dev.adapterx.serve.task.TaskService;
import dev.adapterx.serve.task.TensorForm;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /**
   * Of one adapter and some samples.
   *
   * @param id echoed; null where there is none
   * @param rows of the samples, in their order; at least one
   * @throws ServeException 400 when they fit into no one tensor
   */
  static InferAnswer of(
      @Nullable String id,
      String adapter,
      List<OutputWish> wanted,
      TaskService<?> service,
      List<TaskAnswer> rows) {
    ByteArrayOutputStream after = new ByteArrayOutputStream();
    List<Object> outputs = new ArrayList<>();
    for (OutputWish wish : wanted) {
      try {
        outputs.add(output(service.output(wish.name(), rows), wish.binary(), after));
      } catch (DataException e) {
        throw ServeException.bad(wish.name() + ": " + e.getMessage());
      }
    }
    Map<String, Object> json =
        Call.object("model_name", adapter, "model_version", VERSION, "outputs", outputs);
    if (id != null) {
      json.put("id", id);
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

  private static Map<String, Object> output(
      TensorForm.Filled tensor, boolean binary, ByteArrayOutputStream after) {
    Map<String, Object> output =
        Call.object(
            "name", tensor.name(), "datatype", tensor.values().datatype(), "shape", tensor.shape());
    if (binary) {
      byte[] bytes = tensor.values().bytes();
      after.writeBytes(bytes);
      output.put("parameters", Map.of("binary_data_size", bytes.length));
    } else {
      output.put("data", tensor.values().json());
    }
    return output;
  }
}
