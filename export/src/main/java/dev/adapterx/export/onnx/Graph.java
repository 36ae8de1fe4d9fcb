package dev.adapterx.export.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph being made of core operators. Every value has its type and shape from the start, the
 * first dimension of what depends on the input being {@link Value#BATCH}: what does not fit is
 * refused where it is made, and a device that wants static shapes has them.
 */
public final class Graph extends Parts {
  private static final int ZERO = 128; // the byte that stands for 0

  private final Map<String, Value> transposed = new LinkedHashMap<>();

  /** Sum, element by element; extents of 1 and missing dimensions are stretched. */
  public Value add(Value a, Value b) {
    return node("Add", a.type(), stretched(a, b), Map.of(), a, b);
  }

  /** Product, element by element, as {@link #add}. */
  public Value mul(Value a, Value b) {
    return node("Mul", a.type(), stretched(a, b), Map.of(), a, b);
  }

  /** Quotient, element by element, as {@link #add}. */
  public Value div(Value a, Value b) {
    return node("Div", a.type(), stretched(a, b), Map.of(), a, b);
  }

  /** The larger, element by element, as {@link #add}. */
  public Value max(Value a, Value b) {
    return node("Max", a.type(), stretched(a, b), Map.of(), a, b);
  }

  /** Difference, element by element, as {@link #add}. */
  public Value sub(Value a, Value b) {
    return node("Sub", a.type(), stretched(a, b), Map.of(), a, b);
  }

  /** The smaller, element by element, as {@link #add}. */
  public Value min(Value a, Value b) {
    return node("Min", a.type(), stretched(a, b), Map.of(), a, b);
  }

  /** Whether elements of a are smaller than those of b, as {@link #add}. */
  public Value less(Value a, Value b) {
    return node("Less", ElementType.BOOL, stretched(a, b), Map.of(), a, b);
  }

  /** Elements of a where a condition holds, else of b, as {@link #add}. */
  public Value where(Value holds, Value a, Value b) {
    return node("Where", a.type(), stretched(holds, stretchedTo(a, b)), Map.of(), holds, a, b);
  }

  private static Value stretchedTo(Value a, Value b) {
    return new Value("", a.type(), stretched(a, b));
  }

  /** Whether elements are equal, as {@link #add}. */
  public Value equal(Value a, Value b) {
    return node("Equal", ElementType.BOOL, stretched(a, b), Map.of(), a, b);
  }

  /** {@code scale · x}; x itself for a scale of 1. */
  public Value scaled(Value x, double scale) {
    return scale == 1 ? x : mul(x, scalar(scale));
  }

  /** An operator with one operand that changes neither type nor shape: {@code Relu}, … */
  public Value map(String operator, Value x) {
    return node(operator, x.type(), x.shape(), Map.of(), x);
  }

  /** The same values in another type. */
  public Value cast(Value x, ElementType type) {
    return node("Cast", type, x.shape(), Map.of("to", (long) type.number()), x);
  }

  /** Matrix product over the last two dimensions. */
  public Value matmul(Value a, Value b) {
    require(a.size(-1) == b.size(-2), "MatMul", a, b);
    List<Long> shape = new ArrayList<>(a.rank() >= b.rank() ? a.shape() : b.shape());
    shape.set(shape.size() - 2, a.size(-2));
    shape.set(shape.size() - 1, b.size(-1));
    return node("MatMul", a.type(), shape, Map.of(), a, b);
  }

  /**
   * {@code x W} in eight bits: each row of x with a scale of its own, so that no token depends on
   * another, and each column of W with its own.
   *
   * @param x (…, in) in fp32
   * @param weight (in, out), int8
   * @param scales (out)
   */
  public Value matmulInBytes(Value x, Value weight, Value scales) {
    require(x.size(-1) == weight.size(0), "MatMulInteger", x, weight);
    Value largest = max(map("Abs", x), -1);
    Value scale = max(scaled(largest, 1.0 / 127), scalar(Float.MIN_NORMAL));
    Value centred = add(map("Round", div(x, scale)), scalar(ZERO));
    Value bytes = cast(centred, ElementType.UINT8);
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(shape.size() - 1, weight.size(1));
    Value zero =
        constant(
            "zero of bytes",
            ElementType.UINT8,
            new Data.Inside(java.nio.ByteBuffer.wrap(new byte[] {(byte) ZERO})));
    Value sums = node("MatMulInteger", ElementType.INT32, shape, Map.of(), bytes, weight, zero);
    return mul(mul(cast(sums, ElementType.FLOAT), scale), scales);
  }

  /** {@code x Wᵀ} with W (out, in); the transpose of a weight is folded when a session starts. */
  public Value linear(Value x, Value weight) {
    Value turned = transposed.computeIfAbsent(weight.name(), unused -> transposed(weight, 1, 0));
    return matmul(x, turned);
  }

  /** {@code x Wᵀ + b}. */
  public Value linear(Value x, Value weight, Value bias) {
    return add(linear(x, weight), bias);
  }

  /** Normalised over the last dimension, then stretched and shifted. */
  public Value layerNorm(Value x, Value weight, Value bias, double eps) {
    require(x.size(-1) == weight.size(0), "LayerNormalization", x, weight);
    Map<String, Object> settings = attributes("axis", -1L, "epsilon", (float) eps);
    return node("LayerNormalization", x.type(), x.shape(), settings, x, weight, bias);
  }

  /** Squares of p pixels of images (B, 3, S, S), each by one filter (D, 3, p, p). */
  public Value patches(Value images, Value filters, long p) {
    List<Long> shape =
        List.of(images.size(0), filters.size(0), images.size(2) / p, images.size(3) / p);
    Map<String, Object> settings =
        attributes("kernel_shape", List.of(p, p), "strides", List.of(p, p));
    return node("Conv", images.type(), shape, settings, images, filters);
  }

  /** A 3 x 3 convolution of (B, R, h, w) with one cell of zeros around, kernel (R', R, 3, 3). */
  public Value convolved(Value x, Value kernel, Value bias) {
    List<Long> shape = List.of(x.size(0), kernel.size(0), x.size(2), x.size(3));
    Map<String, Object> settings =
        attributes("kernel_shape", List.of(3L, 3L), "pads", List.of(1L, 1L, 1L, 1L));
    return node("Conv", x.type(), shape, settings, x, kernel, bias);
  }

  /** The same, each channel by a kernel of its own, (R, 1, 3, 3). */
  public Value convolvedAlone(Value x, Value kernel) {
    Map<String, Object> settings =
        attributes("kernel_shape", List.of(3L, 3L), "pads", List.of(1L, 1L, 1L, 1L));
    settings.put("group", x.size(1));
    return node("Conv", x.type(), x.shape(), settings, x, kernel);
  }

  /** The same without a bias. */
  public Value convolved(Value x, Value kernel) {
    List<Long> shape = List.of(x.size(0), kernel.size(0), x.size(2), x.size(3));
    Map<String, Object> settings =
        attributes("kernel_shape", List.of(3L, 3L), "pads", List.of(1L, 1L, 1L, 1L));
    return node("Conv", x.type(), shape, settings, x, kernel);
  }

  /** The largest of each k x k cells of (B, R, h, w), every second one along both sides. */
  public Value pooled(Value x, long k) {
    List<Long> shape =
        List.of(x.size(0), x.size(1), (x.size(2) - k) / 2 + 1, (x.size(3) - k) / 2 + 1);
    Map<String, Object> settings =
        attributes("kernel_shape", List.of(k, k), "strides", List.of(2L, 2L));
    return node("MaxPool", x.type(), shape, settings, x);
  }

  /** (B, R, h, w) normalised over each of some groups of channels, then stretched and shifted. */
  public Value groupNorm(Value x, Value weight, Value bias, int groups, double eps) {
    long channels = x.size(1);
    Value rows = reshape(x, Value.BATCH, groups, channels / groups * x.size(2) * x.size(3));
    float[] ones = new float[groups];
    Arrays.fill(ones, 1);
    Value normed =
        node(
            "InstanceNormalization",
            x.type(),
            rows.shape(),
            Map.of("epsilon", (float) eps),
            rows,
            floats("ones " + groups, ones, groups),
            floats("zeros " + groups, new float[groups], groups));
    Value back = reshape(normed, Value.BATCH, channels, x.size(2), x.size(3));
    return add(mul(back, reshape(weight, channels, 1, 1)), reshape(bias, channels, 1, 1));
  }

  /** A 2 x 2 transposed convolution that doubles (B, R, h, w), kernel (R, R', 2, 2). */
  public Value doubled(Value x, Value kernel, Value bias) {
    List<Long> shape = List.of(x.size(0), kernel.size(1), 2 * x.size(2), 2 * x.size(3));
    Map<String, Object> settings =
        attributes("kernel_shape", List.of(2L, 2L), "strides", List.of(2L, 2L));
    return node("ConvTranspose", x.type(), shape, settings, x, kernel, bias);
  }

  /** Rows (B, M, D) of x (B, N, D) by their numbers (B, M). */
  public Value chosen(Value x, Value rows) {
    Value at = reshape(rows, Value.BATCH, rows.size(1), 1);
    List<Long> shape = List.of(x.size(0), rows.size(1), x.size(2));
    return node("GatherND", x.type(), shape, Map.of("batch_dims", 1L), x, at);
  }

  /** Rows of a table (R, D) by numbers that are part of the formula. */
  public Value rows(Value table, long... numbers) {
    return rows(table, longs(numbers));
  }

  /** Rows of a table (R, …) by numbers (…): the shape of the numbers, then that of a row. */
  public Value rows(Value table, Value numbers) {
    List<Long> shape = new ArrayList<>(numbers.shape());
    shape.addAll(table.shape().subList(1, table.rank()));
    return node("Gather", table.type(), shape, Map.of("axis", 0L), table, numbers);
  }

  /** A grid (B, h, w, D) with rows of zeros below and columns of zeros on the right. */
  public Value padded(Value x, long below, long right) {
    if (below + right == 0) {
      return x;
    }
    List<Long> shape = List.of(x.size(0), x.size(1) + below, x.size(2) + right, x.size(3));
    Value sides = longs(0, 0, 0, 0, 0, below, right, 0);
    return node("Pad", x.type(), shape, Map.of(), x, sides);
  }

  /** The numbers of the k smallest of the last dimension, in order; of equals, the first. */
  public Value smallest(Value x, long k) {
    return least(x, k).numbers();
  }

  /**
   * The k smallest of the last dimension, in order; of equals, the first.
   *
   * @param values (…, k)
   * @param numbers (…, k) where they are
   */
  public record Least(Value values, Value numbers) {}

  /** See {@link Least}. */
  public Least least(Value x, long k) {
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(shape.size() - 1, k);
    Value made = new Value("TopK_" + nodes().size(), ElementType.INT64, shape);
    Value values = new Value(made.name() + "_values", x.type(), shape);
    nodes()
        .add(
            new Node(
                "TopK",
                List.of(x.name(), longs(k).name()),
                List.of(values.name(), made.name()),
                attributes("axis", -1L, "largest", 0L)));
    return new Least(values, made);
  }

  /** x with other values at some numbers of its last dimension. */
  public Value placed(Value x, Value numbers, Value values) {
    Map<String, Object> settings = Map.of("axis", -1L);
    return node("ScatterElements", x.type(), x.shape(), settings, x, numbers, values);
  }

  /** x with tokens (B, n, D) before number {@code at}, in place of as many as {@code instead}. */
  public Value inserted(Value x, Value tokens, long at, long instead) {
    List<Value> parts = new ArrayList<>();
    if (at > 0) {
      parts.add(slice(x, 1, 0, at));
    }
    parts.add(tokens);
    if (at + instead < x.size(1)) {
      parts.add(slice(x, 1, at + instead, x.size(1)));
    }
    return concat(1, parts.toArray(new Value[0]));
  }

  /**
   * Another shape of as many elements; of extents that are known at run time alone at most one may
   * change its place.
   */
  public Value reshape(Value x, long... shape) {
    long open = Arrays.stream(shape).filter(extent -> extent < 0).count();
    long[] asked = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      boolean stays = open > 1 && shape[i] < 0 && i < x.rank() && x.size(i) == shape[i];
      asked[i] = stays ? 0 : Math.max(shape[i], -1); // 0: as it was
      open -= stays ? 1 : 0;
    }
    require(known(x.shape()) == known(Value.of("", x.type(), shape).shape()), "Reshape", x, x);
    Value to = longs(asked);
    return node("Reshape", x.type(), Value.of("", x.type(), shape).shape(), Map.of(), x, to);
  }

  private static long known(List<Long> shape) {
    return shape.stream().filter(extent -> extent > 0).reduce(1L, Math::multiplyExact);
  }

  /** Its dimensions in another order. */
  public Value transposed(Value x, int... order) {
    List<Long> shape = new ArrayList<>();
    List<Long> settings = new ArrayList<>();
    for (int dimension : order) {
      shape.add(x.size(dimension));
      settings.add((long) dimension);
    }
    return node("Transpose", x.type(), shape, Map.of("perm", settings), x);
  }

  /** Values behind one another along a dimension. */
  public Value concat(int dimension, Value... parts) {
    if (parts.length == 1) {
      return parts[0];
    }
    int axis = parts[0].axis(dimension);
    List<Long> shape = new ArrayList<>(parts[0].shape());
    shape.set(axis, Arrays.stream(parts).mapToLong(p -> p.size(axis)).sum());
    return node("Concat", parts[0].type(), shape, Map.of("axis", (long) axis), parts);
  }

  /** Elements {@code from ≤ i < to} along a dimension. */
  public Value slice(Value x, int dimension, long from, long to) {
    int axis = x.axis(dimension);
    if (from == 0 && to == x.size(axis)) {
      return x;
    }
    require(from >= 0 && from < to && to <= x.size(axis), "Slice", x, x);
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(axis, to - from);
    return node("Slice", x.type(), shape, Map.of(), x, longs(from), longs(to), longs(axis));
  }

  /** As many equal parts along a dimension. */
  public List<Value> split(Value x, int dimension, int parts) {
    int axis = x.axis(dimension);
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(axis, x.size(axis) / parts);
    List<Value> made = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      made.add(new Value("Split_" + nodes().size() + "_" + i, x.type(), shape));
    }
    nodes()
        .add(
            new Node(
                "Split",
                List.of(x.name()),
                made.stream().map(Value::name).toList(),
                attributes("axis", (long) axis, "num_outputs", (long) parts)));
    return made;
  }

  /** Repeats (1, …) for every input, (B, …). */
  public Value perInput(Value x, Value input) {
    Value batch =
        node("Shape", ElementType.INT64, List.of(1L), attributes("start", 0L, "end", 1L), input);
    long[] rest = x.shape().stream().skip(1).mapToLong(Long::longValue).toArray();
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(0, input.size(0));
    return node("Expand", x.type(), shape, Map.of(), x, concat(0, batch, longs(rest)));
  }

  /** The sum over a dimension, which stays with extent 1. */
  public Value sum(Value x, int dimension) {
    return reduced("ReduceSum", x, dimension);
  }

  /** The mean over a dimension, which stays with extent 1. */
  public Value mean(Value x, int dimension) {
    return reduced("ReduceMean", x, dimension);
  }

  /** The maximum over a dimension, which stays with extent 1. */
  public Value max(Value x, int dimension) {
    return reduced("ReduceMax", x, dimension);
  }

  /** The Euclidean length over a dimension, which stays with extent 1. */
  public Value length(Value x, int dimension) {
    return reduced("ReduceL2", x, dimension);
  }

  private Value reduced(String operator, Value x, int dimension) {
    int axis = x.axis(dimension);
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(axis, 1L);
    return node(operator, x.type(), shape, Map.of("keepdims", 1L), x, longs(axis));
  }

  /** Softmax over the last dimension. */
  public Value softmax(Value x) {
    return node("Softmax", x.type(), x.shape(), Map.of("axis", -1L), x);
  }

  /**
   * The index of the largest of the last dimension, which stays with extent 1; of equals, the
   * first.
   */
  public Value argmax(Value x) {
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(shape.size() - 1, 1L);
    return node("ArgMax", ElementType.INT64, shape, attributes("axis", -1L, "keepdims", 1L), x);
  }

  private static List<Long> stretched(Value a, Value b) {
    List<Long> shape = new ArrayList<>();
    int rank = Math.max(a.rank(), b.rank());
    for (int i = 0; i < rank; i++) {
      long one = i < rank - a.rank() ? 1 : a.size(i - (rank - a.rank()));
      long other = i < rank - b.rank() ? 1 : b.size(i - (rank - b.rank()));
      require(one == other || one == 1 || other == 1, "Element by element", a, b);
      shape.add(one == 1 ? other : one);
    }
    return shape;
  }
}
