package dev.adapterx.export.onnx;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of an ONNX file: {@code ModelProto} of IR version 9 and opset 20, after <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
public final class OnnxFile {
  /** Understood by ONNX Runtime since 1.17. */
  public static final int OPSET = 20;

  private static final int IR_VERSION = 9;
  private static final int METADATA = 14;

  private OnnxFile() {}

  /**
   * A model as a file has it.
   *
   * @param weights where the values of the graph's weights are
   * @param metadata free text by key
   */
  public static byte[] of(Graph graph, Map<String, Data> weights, Map<String, String> metadata) {
    Message model =
        new Message()
            .number(1, IR_VERSION)
            .text(2, "adapterx")
            .message(7, graph(graph, weights))
            .message(8, new Message().text(1, "").number(2, OPSET));
    metadata.forEach((key, value) -> model.message(METADATA, entry(key, value)));
    return model.toBytes();
  }

  private static Message graph(Graph graph, Map<String, Data> weights) {
    Message made = new Message();
    graph.nodes().forEach(node -> made.message(1, node(node)));
    made.text(2, "adapterx");
    graph.constants().forEach(c -> made.message(5, tensor(c, graph.constant(c))));
    for (Value weight : graph.weights()) {
      Data data = weights.get(weight.name());
      if (data == null) {
        throw new IllegalArgumentException("No values of " + weight);
      }
      made.message(5, tensor(weight, data));
    }
    graph.inputs().forEach(input -> made.message(11, value(input)));
    graph.outputs().forEach(output -> made.message(12, value(output)));
    return made;
  }

  private static Message node(Node node) {
    Message made = new Message();
    node.inputs().forEach(name -> made.text(1, name));
    node.outputs().forEach(name -> made.text(2, name));
    made.text(3, node.outputs().get(0)).text(4, node.operator());
    node.attributes().forEach((name, value) -> made.message(5, attribute(name, value)));
    return made;
  }

  private static Message attribute(String name, Object value) {
    Message made = new Message().text(1, name);
    if (value instanceof Float f) {
      return made.fraction(2, f).number(20, 1);
    }
    if (value instanceof Long i) {
      return made.number(3, i).number(20, 2);
    }
    for (Object i : (List<?>) value) {
      made.number(8, (Long) i);
    }
    return made.number(20, 7);
  }

  private static Message tensor(Value value, Data data) {
    Message made = new Message();
    value.shape().forEach(extent -> made.number(1, extent));
    made.number(2, value.type().number()).text(8, value.name());
    if (data instanceof Data.Inside inside) {
      return made.bytes(9, inside.bytes());
    }
    Data.Beside beside = (Data.Beside) data;
    return made.message(13, entry("location", beside.file()))
        .message(13, entry("offset", Long.toString(beside.offset())))
        .message(13, entry("length", Long.toString(beside.length())))
        .number(14, 1);
  }

  private static Message value(Value value) {
    Message shape = new Message();
    for (long extent : value.shape()) {
      Message dimension = new Message();
      shape.message(
          1, extent < 0 ? dimension.text(2, extent(extent)) : dimension.number(1, extent));
    }
    Message type = new Message().number(1, value.type().number()).message(2, shape);
    return new Message().text(1, value.name()).message(2, new Message().message(1, type));
  }

  /** An extent as people read it: a number, or the name of one that is known at run time. */
  public static String extent(long extent) {
    if (extent == Value.BATCH) {
      return "batch";
    }
    return extent == Value.CLASSES ? "classes" : Long.toString(extent);
  }

  private static Message entry(String key, String value) {
    return new Message().text(1, key).text(2, value);
  }

  /**
   * The metadata of a file of any program.
   *
   * @throws CheckpointException when this is no whole ONNX file
   */
  public static Map<String, String> metadata(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + file + ": " + Reason.of(e), e);
    }
    try {
      Map<String, String> found = new LinkedHashMap<>();
      Fields model = new Fields(ByteBuffer.wrap(bytes));
      while (model.next()) {
        if (model.field() == METADATA) {
          Fields entry = new Fields(model.content());
          String[] both = {"", "", ""};
          while (entry.next()) {
            both[Math.min(entry.field(), 2)] =
                StandardCharsets.UTF_8.decode(entry.content()).toString();
          }
          found.put(both[1], both[2]);
        }
      }
      return found;
    } catch (RuntimeException e) {
      throw new CheckpointException(
          file
              + " is no whole ONNX file ("
              + bytes.length
              + " bytes); it is truncated or something else. Export into another folder",
          e);
    }
  }
}
