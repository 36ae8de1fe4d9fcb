package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block: {@code a = x + DP(ls1(attn(norm1(x))))}, {@code y = a +
 * DP(ls2(mlp(norm2(a))))}. The two lines are {@link BlockTuner}'s defaults, so that a method can
 * wrap each of their steps.
 *
 * @param name of the block, {@code blocks.3}
 * @param place prefix of its tensors' names: usually the same
 * @param depthShare its share of the drop-path rate: 0 for the first block … 1 for the last
 * @param ls1 layer scale, or absent
 * @param ls2 layer scale, or absent
 * @param reads number of leading output tokens that are computed; {@link #ALL}
 * @param merging merges each four neighbouring patches into one before this block, or absent; no
 *     tuner wraps it
 */
public record Block(
    String name,
    String place,
    double depthShare,
    LayerNorm norm1,
    Attention attn,
    @Nullable LayerScale ls1,
    LayerNorm norm2,
    Mlp mlp,
    @Nullable LayerScale ls2,
    int reads,
    @Nullable PatchMerging merging) {
  /** All tokens of the block's output are computed. */
  public static final int ALL = Integer.MAX_VALUE;

  /** Reads a block from its place by timm's names. */
  public static Block from(NamedTensors tensors, int heads, double eps, double depthShare) {
    return from(tensors.place(), tensors, heads, eps, depthShare);
  }

  /** Reads a block whose name differs from its place. */
  public static Block from(
      String name, NamedTensors tensors, int heads, double eps, double depthShare) {
    Attention attn = Attention.from(tensors.at("attn"), heads);
    return from(name, tensors, attn, eps, depthShare, Gelu.EXACT);
  }

  /** Reads a block whose attention or MLP has another form. */
  public static Block from(
      String name, NamedTensors tensors, Attention attn, double eps, double depthShare, Gelu gelu) {
    return new Block(
        name,
        tensors.place(),
        depthShare,
        LayerNorm.from(tensors.at("norm1"), eps),
        attn,
        tensors.has("ls1") ? LayerScale.from(tensors.at("ls1")) : null,
        LayerNorm.from(tensors.at("norm2"), eps),
        Mlp.from(tensors.at("mlp"), gelu),
        tensors.has("ls2") ? LayerScale.from(tensors.at("ls2")) : null,
        ALL,
        null);
  }

  /**
   * The same block, whose output is restricted to the first n tokens. They still attend to all; in
   * the last block this saves most of the work.
   */
  public Block reading(int n) {
    return new Block(name, place, depthShare, norm1, attn, ls1, norm2, mlp, ls2, n, merging);
  }

  /** The same block behind a merging of patches. */
  public Block behind(PatchMerging before) {
    return new Block(name, place, depthShare, norm1, attn, ls1, norm2, mlp, ls2, reads, before);
  }

  /** The same block with other linear layers. */
  public Block with(BiFunction<LinearSite, Linear, Linear> change) {
    Attention attention =
        new Attention(
            change.apply(LinearSite.QKV, attn.qkv()),
            change.apply(LinearSite.PROJ, attn.proj()),
            attn.heads(),
            attn.rotary(),
            attn.windows());
    Mlp hidden =
        new Mlp(
            change.apply(LinearSite.FC1, mlp.fc1()),
            change.apply(LinearSite.FC2, mlp.fc2()),
            mlp.gelu());
    return new Block(
        name, place, depthShare, norm1, attention, ls1, norm2, hidden, ls2, reads, merging);
  }

  /** The tokens of x (B, N, D) whose output is computed, (B, M, D): all, or the first M. */
  public Tensor read(Tensor x) {
    return reads < x.size(1) ? x.narrow(1, 0, reads) : x;
  }

  /** D, the width of its tokens. */
  public int width() {
    return Math.toIntExact(norm1.weight().numel());
  }

  /** Whether every token attends to all others, however many there are. */
  public boolean isGlobal() {
    return attn.windows() == null;
  }

  /** Whether its patch grid is the output grid of the previous block. */
  public boolean isSameGrid() {
    return merging == null;
  }

  /** The attention branch of u (B, N, D), without layer scale and drop path: (B, M, D). */
  public Tensor attention(Tensor u, BlockTuner around, Pass pass) {
    return attn.forward(this, u, around, pass);
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
