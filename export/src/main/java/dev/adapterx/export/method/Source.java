package dev.adapterx.export.method;

import dev.adapterx.export.onnx.ElementType;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Where a graph has its tensors from. Those of the backbone are weights of the graph, unless the
 * method trains them; those of the adapter are inputs, {@link #PREFIX} before their names, so that
 * one graph serves all adapters of a method.
 */
public final class Source {
  /** Before the name of every tensor of an adapter: {@code adapter.blocks.3.norm2.weight}. */
  public static final String PREFIX = "adapter.";

  private static final String BYTES = "#int8";
  private static final String SCALES = "#scale";

  private final Graph graph;
  private final NamedTensors frozen;
  private final NamedTensors own;
  private final boolean asInputs;
  private final Numbers numbers;
  private final Set<String> kept;

  /**
   * @param frozen the backbone's
   * @param own the adapter's: trained ones, running statistics, the head's
   * @param asInputs whether the adapter's are inputs; else all are weights of the graph
   * @param numbers of the backbone's
   * @param kept linear layers of blocks that stay in fp32: {@code blocks.7.mlp.fc2}
   */
  public Source(
      Graph graph,
      NamedTensors frozen,
      NamedTensors own,
      boolean asInputs,
      Numbers numbers,
      Set<String> kept) {
    this.graph = graph;
    this.frozen = frozen;
    this.own = own;
    this.asInputs = asInputs;
    this.numbers = numbers;
    this.kept = kept;
  }

  public Graph graph() {
    return graph;
  }

  /** A tensor of the backbone, as frozen or as trained. */
  public Value backbone(String name) {
    if (own.find(name).isPresent()) {
      return own(name);
    }
    long[] shape = frozen.get(name).shape();
    boolean half = shape.length > 1 && numbers.stored() != ElementType.FLOAT && !numbers.isBytes();
    return half
        ? graph.cast(graph.weight(name, numbers.stored(), shape), ElementType.FLOAT)
        : graph.weight(name, shape);
  }

  /** Whether a layer's weight is stored in eight bits. */
  boolean isPacked(String layer, String weight) {
    return numbers.isBytes() && !kept.contains(layer) && own.find(weight).isEmpty();
  }

  /** {@code x Wᵀ} of a weight that is stored in eight bits. */
  Value packedProduct(Value x, String weight) {
    return numbers == Numbers.INT8
        ? graph.matmulInBytes(x, bytes(weight), scales(weight))
        : graph.matmul(x, unpacked(weight));
  }

  /** A weight that is stored in eight bits, (in, out) in fp32. */
  Value unpacked(String weight) {
    return graph.mul(graph.cast(bytes(weight), ElementType.FLOAT), scales(weight));
  }

  private Value bytes(String weight) {
    long[] shape = frozen.get(weight).shape();
    return graph.weight(weight + BYTES, ElementType.INT8, shape[1], shape[0]);
  }

  private Value scales(String weight) {
    return graph.weight(weight + SCALES, frozen.get(weight).size(0));
  }

  /** A tensor of the backbone that not every backbone has. */
  public Optional<Value> maybe(String name) {
    return hasBackbone(name) ? Optional.of(backbone(name)) : Optional.empty();
  }

  private boolean hasBackbone(String name) {
    return own.find(name).isPresent() || frozen.find(name).isPresent();
  }

  /** Whether the adapter has a tensor of this name. */
  public boolean hasOwn(String name) {
    return own.find(name).isPresent();
  }

  /** A tensor of the adapter. */
  public Value own(String name) {
    return own(name, own.get(name).shape());
  }

  /** A tensor of the adapter whose first extent is the number of classes. */
  public Value perClass(String name) {
    long[] shape = own.get(name).shape();
    if (asInputs) {
      shape[0] = Value.CLASSES;
    }
    return own(name, shape);
  }

  private Value own(String name, long[] found) {
    long[] shape = found.length == 0 ? new long[] {1} : found; // adapter files have no scalars
    return asInputs ? graph.input(PREFIX + name, shape) : graph.weight(name, shape);
  }

  /** The values of what the graph has under a name, as input or as weight. */
  public Tensor values(String name) {
    if (name.endsWith(BYTES)) {
      Tensor weight = stored(name, BYTES);
      Tensor rounded = weight.div(scales(weight).unsqueeze(1)).round();
      return rounded.to(ScalarType.Char).t().contiguous();
    }
    if (name.endsWith(SCALES)) {
      return scales(stored(name, SCALES));
    }
    String plain = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    return own.find(plain).orElseGet(() -> frozen.get(plain));
  }

  private Tensor stored(String name, String ending) {
    return Tensors.fp32(frozen.get(name.substring(0, name.length() - ending.length())));
  }

  /** Of each row (D_out), so that its largest size becomes 127. */
  private static Tensor scales(Tensor weight) {
    Tensor largest = weight.abs().amax(new long[] {1}, false);
    return largest.clamp_min(new Scalar((double) Float.MIN_NORMAL)).div(new Scalar(127.0));
  }
}
