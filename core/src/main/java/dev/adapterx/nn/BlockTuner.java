package dev.adapterx.nn;

import dev.adapterx.tensor.Scope;
import org.bytedeco.pytorch.Tensor;

/**
 * What a method changes around one frozen block. By default every step runs unchanged; a method
 * overrides exactly what its paper changes.
 */
public interface BlockTuner {
  /** Changes nothing. */
  BlockTuner NONE = new TokenwiseTuner() {};

  /** Changes nothing, but has all tokens of the last block computed. */
  BlockTuner WHOLE = new BlockTuner() {};

  /**
   * Whether everything this tuner does, apart from attention, is computed token by token. The last
   * block then computes only the tokens that the head reads. When in doubt, return false: slower,
   * but never wrong.
   */
  default boolean isTokenwise(Pass pass) {
    return false;
  }

  /**
   * x (B, N, D) to the block's output; a method that adds tokens returns more than N, a {@link
   * Block#reading restricted} block returns fewer.
   */
  default Tensor block(Block b, Tensor x, Pass pass) {
    Tensor a = Scope.within(() -> attentionHalf(b, x, pass));
    return mlpHalf(b, a, pass);
  }

  /**
   * {@code a = x + DP(attn(norm1(x)))}, for the tokens that the block {@link Block#read computes}.
   */
  default Tensor attentionHalf(Block b, Tensor x, Pass pass) {
    Tensor branch = b.attention(norm(NormSite.NORM1, b.norm1(), x, pass), this, pass);
    return b.read(x).add(b.dropPath1(b.scale1(branch), pass));
  }

  /**
   * Wraps attention itself: {@code softmax(q kᵀ / √d) v}, head by head. A method that masks, adds a
   * bias to the scores or reads them overrides this.
   *
   * @param q (B·H, M, d) of the tokens whose output is computed, not yet scaled; where a block
   *     attends within W windows of n tokens, (B·W·H, n, d), as are k and v
   * @param k (B·H, N, d) of all tokens
   * @param v (B·H, N, d) of all tokens
   * @return (B·H, M, d)
   */
  default Tensor attend(Block b, Tensor q, Tensor k, Tensor v, Pass pass) {
    return b.attn().attend(q, k, v, pass);
  }

  /** {@code y = a + DP(mlp(norm2(a)))}. */
  default Tensor mlpHalf(Block b, Tensor a, Pass pass) {
    return a.add(b.dropPath2(mlp(b, norm(NormSite.NORM2, b.norm2(), a, pass), pass), pass));
  }

  /** The block's frozen MLP with its layer scale: u (B, N, D) to the same shape. */
  default Tensor mlp(Block b, Tensor u, Pass pass) {
    return b.scale2(b.mlp().forward(u, this, pass));
  }

  /** Wraps a norm. */
  default Tensor norm(NormSite at, LayerNorm norm, Tensor x, Pass pass) {
    return norm.forward(x);
  }

  /** Wraps a linear layer. */
  default Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
    return linear.forward(x);
  }
}
