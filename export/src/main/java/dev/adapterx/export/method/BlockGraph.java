package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import java.util.List;

/**
 * What a method does around one frozen block, as a graph: the twin of {@link
 * dev.adapterx.nn.BlockTuner}, in evaluation. Every step by default just happens.
 */
public interface BlockGraph {
  /** Changes nothing. */
  BlockGraph NONE = new BlockGraph() {};

  /** x (B, N, D) to the block's output. */
  default Value block(GraphBlock b, Value x) {
    return mlpHalf(b, attentionHalf(b, x));
  }

  /** {@code a = x + ls1(attn(norm1(x)))}, of the tokens that are read. */
  default Value attentionHalf(GraphBlock b, Value x) {
    return b.graph().add(b.read(x), b.scaled(1, attention(b, norm(b, NormSite.NORM1, x))));
  }

  /** The attention branch of u (B, N, D), without layer scale. */
  default Value attention(GraphBlock b, Value u) {
    if (b.block().attn().windows() != null) {
      return Windowed.attention(b, this, u);
    }
    List<Value> thirds = qkv(b, u);
    long tokens = u.size(1);
    Value q = b.turned(b.heads(b.read(thirds.get(0))), tokens);
    Value k = b.turned(b.heads(thirds.get(1)), tokens);
    return linear(b, LinearSite.PROJ, attend(b, q, k, b.heads(thirds.get(2))));
  }

  /** Queries, keys and values (B, N, D) each. */
  default List<Value> qkv(GraphBlock b, Value u) {
    return b.graph().split(linear(b, LinearSite.QKV, u), -1, 3);
  }

  /** Around attention itself, head by head (B, H, ·, d), to (B, M, D). */
  default Value attend(GraphBlock b, Value q, Value k, Value v) {
    return b.attended(q, k, v, null);
  }

  /** {@code y = a + ls2(mlp(norm2(a)))}. */
  default Value mlpHalf(GraphBlock b, Value a) {
    return b.graph().add(a, mlp(b, norm(b, NormSite.NORM2, a)));
  }

  /** The block's MLP with its layer scale. */
  default Value mlp(GraphBlock b, Value u) {
    Value y = linear(b, LinearSite.FC2, b.gelu(linear(b, LinearSite.FC1, u)));
    return b.scaled(2, y);
  }

  /** Around a norm. */
  default Value norm(GraphBlock b, NormSite at, Value x) {
    return b.norm(at, x);
  }

  /** Around a linear layer. */
  default Value linear(GraphBlock b, LinearSite at, Value x) {
    return b.linear(at, x);
  }
}
