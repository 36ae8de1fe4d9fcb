package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block: {@code a = x + DP(ls1(attn(norm1(x))))}, {@code y = a +
 * DP(ls2(mlp(norm2(a))))}. The two lines are {@link BlockTuner}'s defaults, so that a method may go
 * around each of their steps.
 *
 * @param name its place, {@code blocks.3}
 * @param depthShare 0 for the first block … 1 for the last: its share of the drop-path rate
 * @param ls1 layer scale, or absent
 * @param ls2 layer scale, or absent
 */
public record Block(
    String name,
    double depthShare,
    LayerNorm norm1,
    Attention attn,
    @Nullable LayerScale ls1,
    LayerNorm norm2,
    Mlp mlp,
    @Nullable LayerScale ls2) {

  /** Reads a block by timm's names from its place. */
  public static Block from(NamedTensors tensors, int heads, double eps, double depthShare) {
    return from(tensors.place(), tensors, heads, eps, depthShare);
  }

  /** Reads a block that goes by another name than its place's. */
  public static Block from(
      String name, NamedTensors tensors, int heads, double eps, double depthShare) {
    return from(name, tensors, heads, eps, depthShare, Gelu.EXACT);
  }

  /** Reads a block whose MLP has another form of GELU. */
  public static Block from(
      String name, NamedTensors tensors, int heads, double eps, double depthShare, Gelu gelu) {
    return new Block(
        name,
        depthShare,
        LayerNorm.from(tensors.at("norm1"), eps),
        Attention.from(tensors.at("attn"), heads),
        tensors.has("ls1") ? LayerScale.from(tensors.at("ls1")) : null,
        LayerNorm.from(tensors.at("norm2"), eps),
        Mlp.from(tensors.at("mlp"), gelu),
        tensors.has("ls2") ? LayerScale.from(tensors.at("ls2")) : null);
  }

  /**
   * The same block, of whose output only the first tokens are computed. They still attend to all:
   * that of a last block the others are not computed saves most of it.
   */
  public Block first(int tokens) {
    return new Block(name, depthShare, norm1, attn.asking(tokens), ls1, norm2, mlp, ls2);
  }

  /** The same block, of whose output all tokens are computed. */
  public Block whole() {
    return first(Integer.MAX_VALUE);
  }

  /** Whether the output of all tokens x (B, N, D) is computed. */
  public boolean isWhole(Tensor x) {
    return x.size(1) == residual(x).size(1);
  }

  /** Those of x (B, N, D) whose output is computed: what the attention branch is added to. */
  public Tensor residual(Tensor x) {
    return attn.asking(x);
  }

  /** The attention branch with its layer scale, if any. */
  public Tensor scale1(Tensor branch) {
    return ls1 == null ? branch : ls1.forward(branch);
  }

  /** The MLP branch with its layer scale, if any. */
  public Tensor scale2(Tensor branch) {
    return ls2 == null ? branch : ls2.forward(branch);
  }

  /** Stochastic depth of the attention branch. */
  public Tensor dropPath1(Tensor branch, Pass pass) {
    return pass.dropPath(branch, depthShare, name + ".drop_path1");
  }

  /** Stochastic depth of the MLP branch. */
  public Tensor dropPath2(Tensor branch, Pass pass) {
    return pass.dropPath(branch, depthShare, name + ".drop_path2");
  }
}
