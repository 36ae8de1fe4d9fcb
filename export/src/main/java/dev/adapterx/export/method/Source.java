package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.tensor.NamedTensors;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Where a graph has its tensors from. Those of the backbone are weights of the graph, unless the
 * method trains them; those of the adapter are inputs, {@link #PREFIX} before their names, so that
 * one graph serves all adapters of a method.
 */
public final class Source {
  /** Before the name of every tensor of an adapter: {@code adapter.blocks.3.norm2.weight}. */
  public static final String PREFIX = "adapter.";

  private final Graph graph;
  private final NamedTensors frozen;
  private final NamedTensors own;
  private final boolean asInputs;

  /**
   * @param frozen the backbone's
   * @param own the adapter's: trained ones, running statistics, the head's
   * @param asInputs whether the adapter's are inputs; else all are weights of the graph
   */
  public Source(Graph graph, NamedTensors frozen, NamedTensors own, boolean asInputs) {
    this.graph = graph;
    this.frozen = frozen;
    this.own = own;
    this.asInputs = asInputs;
  }

  public Graph graph() {
    return graph;
  }

  /** A tensor of the backbone, as frozen or as trained. */
  public Value backbone(String name) {
    return own.find(name).isPresent() ? own(name) : graph.weight(name, frozen.get(name).shape());
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
    String plain = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    return own.find(plain).orElseGet(() -> frozen.get(plain));
  }
}
