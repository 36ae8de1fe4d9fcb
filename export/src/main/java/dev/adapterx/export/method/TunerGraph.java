package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Value;
import java.util.function.UnaryOperator;

/**
 * What a method does around a whole frozen backbone, as a graph: the twin of {@link
 * dev.adapterx.model.BackboneTuner}, in evaluation.
 */
public interface TunerGraph {
  /** Changes nothing: what it trains are tensors of the backbone, or none. */
  TunerGraph NONE = new TunerGraph() {};

  /** The patch tokens (B, G, D) before the prefix and positions. */
  default Value patches(Source source, Value patches) {
    return patches;
  }

  /**
   * The way to a block: the tokens (B, N, D) it gets.
   *
   * @param prefix tokens that stay in front
   * @param input the input of the graph, of which there are B
   */
  default Value before(Source source, int block, Value x, long prefix, Value input) {
    return x;
  }

  /** Around a block. */
  default BlockGraph block(int i, int depth) {
    return BlockGraph.NONE;
  }

  /** Around the final norm. */
  default Value norm(Source source, Value x, UnaryOperator<Value> frozen) {
    return frozen.apply(x);
  }
}
