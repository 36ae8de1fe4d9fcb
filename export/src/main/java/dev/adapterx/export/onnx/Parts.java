package dev.adapterx.export.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a graph is made of: inputs, outputs, weights, constants and nodes between them. */
abstract sealed class Parts permits Graph {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Map<String, Value> weights = new LinkedHashMap<>();
  private final Map<String, Value> constants = new LinkedHashMap<>();
  private final Map<String, Data> data = new LinkedHashMap<>();

  final List<Node> nodes() {
    return nodes;
  }

  /** What is asked for with every run. */
  public final List<Value> inputs() {
    return List.copyOf(inputs.values());
  }

  /** What a run gives. */
  public final List<Value> outputs() {
    return List.copyOf(outputs.values());
  }

  /** Tensors that are part of the model, whose values are told when the file is written. */
  public final List<Value> weights() {
    return List.copyOf(weights.values());
  }

  final List<Value> constants() {
    return List.copyOf(constants.values());
  }

  final Data constant(Value value) {
    return data.getOrDefault(value.name(), Data.Inside.of(new float[0]));
  }

  /** An input in fp32; asked for once, however often it is used. */
  public final Value input(String name, long... shape) {
    return inputs.computeIfAbsent(name, n -> Value.of(n, ElementType.FLOAT, shape));
  }

  /** An input of whole numbers, as {@link #input}. */
  public final Value numbers(String name, long... shape) {
    return inputs.computeIfAbsent(name, n -> Value.of(n, ElementType.INT64, shape));
  }

  /** A tensor of the model in fp32. */
  public final Value weight(String name, long... shape) {
    return weight(name, ElementType.FLOAT, shape);
  }

  /** A tensor of the model. */
  public final Value weight(String name, ElementType type, long... shape) {
    return weights.computeIfAbsent(name, n -> Value.of(n, type, shape));
  }

  /** Says that a value is an output, and by which name. */
  public final void output(Value value, String name) {
    nodes.add(new Node("Identity", List.of(value.name()), List.of(name), Map.of()));
    outputs.put(name, new Value(name, value.type(), value.shape()));
  }

  /** A number that is part of the formula. */
  public final Value scalar(double value) {
    float rounded = (float) value;
    return constant("number " + rounded, ElementType.FLOAT, Data.Inside.of(rounded));
  }

  /** Numbers that are part of the formula. */
  public final Value floats(String name, float[] values, long... shape) {
    return constant(name, ElementType.FLOAT, Data.Inside.of(values), shape);
  }

  /** Whole numbers that are part of the formula. */
  public final Value longs(long... values) {
    return constant(
        "numbers " + Arrays.toString(values),
        ElementType.INT64,
        Data.Inside.of(values),
        values.length);
  }

  final Value constant(String name, ElementType type, Data value, long... shape) {
    data.putIfAbsent(name, value);
    return constants.computeIfAbsent(name, n -> Value.of(n, type, shape));
  }

  final Value node(
      String operator,
      ElementType type,
      List<Long> shape,
      Map<String, Object> attributes,
      Value... operands) {
    Value made = new Value(operator + "_" + nodes.size(), type, shape);
    List<String> names = Arrays.stream(operands).map(Value::name).toList();
    nodes.add(new Node(operator, names, List.of(made.name()), attributes));
    return made;
  }

  static Map<String, Object> attributes(String one, Object value, String other, Object its) {
    return new TreeMap<>(Map.of(one, value, other, its));
  }

  static void require(boolean holds, String operator, Value a, Value b) {
    if (!holds) {
      throw new IllegalArgumentException(operator + " of " + a + " and " + b);
    }
  }
}
