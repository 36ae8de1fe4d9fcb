package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Pooling;
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

  /** Whether positions are added once, whatever the backbone does. */
  default boolean positionsOnce() {
    return false;
  }

  /** The way to a block. */
  default GraphTokens before(Source source, int block, int depth, GraphTokens x) {
    return x;
  }

  /** How the last block's tokens become the feature that the head sees. */
  default Pooling pooling(Pooling frozen) {
    return frozen;
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
