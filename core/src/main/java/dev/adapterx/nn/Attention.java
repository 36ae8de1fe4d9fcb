package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention: {@code proj(softmax(q kᵀ / √d) v)} with q, k, v the thirds of one
 * fused linear layer; either over all tokens or within {@link Windows} of the patch grid, there as
 * {@code proj(softmax(q kᵀ / √d + b) v)} with b the position bias of query and key.
 *
 * @param qkv (3D, D), rows ordered q, k, v
 * @param proj (D, D)
 * @param heads H; each is d = D/H wide
 * @param rotary whether queries and keys are rotated by the {@link Rotation} that the embedding
 *     stored in the pass
 * @param windows the windows attention is restricted to; absent: global attention
 */
public record Attention(
    Linear qkv, Linear proj, int heads, boolean rotary, @Nullable WindowBias windows) {
  /** Without rotary positions. */
  public Attention(Linear qkv, Linear proj, int heads) {
    this(qkv, proj, heads, false, null);
  }

  /** Reads {@code qkv}, {@code proj} and {@code relative_position_bias_table}. */
  public static Attention windowed(NamedTensors tensors, int stage, boolean shifted) {
    Tensor table = tensors.get("relative_position_bias_table");
    return new Attention(
        Linear.from(tensors.at("qkv")),
        Linear.from(tensors.at("proj")),
        Math.toIntExact(table.size(1)),
        false,
        new WindowBias(table, stage, shifted));
  }

  /** Reads {@code qkv} and {@code proj}. */
  public static Attention from(NamedTensors tensors, int heads) {
    return from(tensors, heads, false);
  }

  /** Reads {@code qkv} and {@code proj} of attention with rotary positions, or without. */
  public static Attention from(NamedTensors tensors, int heads, boolean rotary) {
    return new Attention(
        Linear.from(tensors.at("qkv")), Linear.from(tensors.at("proj")), heads, rotary, null);
  }

  /**
   * x (B, N, D) to (B, M, D), M the tokens whose output the block computes.
   *
   * @param b the block this layer belongs to
   */
  Tensor forward(Block b, Tensor x, BlockTuner around, Pass pass) {
    if (windows != null) {
      return within(windows.windows(pass), b, x, around, pass);
    }
    long batch = x.size(0);
    long tokens = x.size(1);
    long width = x.size(2);
    long d = width / heads;
    // One copy brings q, k and v into the layout the batched products need, without further copies.
    // Each scope frees what the next step does not need, so that its memory is reused.
    Tensor thirds =
        Scope.within(
            () ->
                around
                    .linear(LinearSite.QKV, qkv, x, pass)
                    .view(batch, tokens, 3, heads, d)
                    .permute(2, 0, 3, 1, 4)
                    .reshape(3, batch * heads, tokens, d));
    Tensor joined =
        Scope.within(
            () -> {
              TensorVector parts = thirds.unbind(0);
              Tensor q = turned(b.read(parts.get(0)), tokens, pass);
              Tensor k = turned(parts.get(1), tokens, pass);
              Tensor mixed = around.attend(b, q, k, parts.get(2), pass); // (B·H, M, d)
              return mixed
                  .view(batch, heads, q.size(1), d)
                  .transpose(1, 2)
                  .reshape(batch, q.size(1), width);
            });
    return around.linear(LinearSite.PROJ, proj, joined, pass);
  }

  /**
   * The linear layers see all tokens, with zeros where the grid is padded; attention sees one
   * window.
   */
  private Tensor within(Windows here, Block b, Tensor x, BlockTuner around, Pass pass) {
    long width = x.size(2);
    Tensor thirds = // (3, B·W·H, n, d)
        Scope.within(
            () -> {
              Tensor cut = here.cut(around.linear(LinearSite.QKV, qkv, here.laid(x), pass));
              return cut.view(cut.size(0), cut.size(1), 3, heads, width / heads)
                  .permute(2, 0, 3, 1, 4)
                  .reshape(3, cut.size(0) * heads, cut.size(1), width / heads);
            });
    Tensor joined =
        Scope.within(
            () -> {
              TensorVector parts = thirds.unbind(0);
              Tensor mixed = around.attend(b, parts.get(0), parts.get(1), parts.get(2), pass);
              return here.joined(
                  mixed
                      .view(-1, heads, mixed.size(1), mixed.size(2))
                      .transpose(1, 2)
                      .reshape(-1, mixed.size(1), width));
            });
    return around.linear(LinearSite.PROJ, proj, joined, pass);
  }

  private Tensor turned(Tensor x, long tokens, Pass pass) {
    return rotary ? pass.kept(Rotation.class).turned(x, tokens) : x;
  }

  /**
   * Computes {@code softmax(q kᵀ / √d) v} for all heads at once.
   *
   * <p>On a CPU, three plain steps, with and without gradients: on the CPUs measured, libtorch's
   * fused kernel is never faster, and up to twenty times slower in the backward pass or without the
   * instructions it needs (docs/performance.md). On a CUDA device, libtorch's own choice, which is
   * flash attention for bf16 (Dao, FlashAttention-2, ICLR 2024, <a
   * href="https://arxiv.org/abs/2307.08691">paper</a>). Windows are small enough for the plain
   * steps on every device.
   *
   * @param q (B·H, M, d); with windows (B·W·H, n, d)
   * @param k (B·H, N, d)
   * @param v (B·H, N, d)
   * @return (B·H, M, d)
   */
  public Tensor attend(Tensor q, Tensor k, Tensor v, Pass pass) {
    if (q.is_cuda() && windows == null) {
      long[] split = {q.size(0) / heads, heads, -1, q.size(2)};
      return torch
          .scaled_dot_product_attention(q.reshape(split), k.view(split), v.view(split))
          .reshape(q.shape());
    }
    Scalar scale = new Scalar(1 / Math.sqrt((double) q.size(2)));
    Tensor unused = q.new_empty(1);
    Tensor scores =
        torch.baddbmm(unused, q, k.transpose(1, 2), new Scalar(0.0), scale); // (B·H, M, N)
    return torch.softmax(windows == null ? scores : placed(scores, windows, pass), 2).bmm(v);
  }

  private Tensor placed(Tensor scores, WindowBias windows, Pass pass) {
    Tensor bias = Tensors.like(windows.windows(pass).bias(windows.table()), scores);
    return scores
        .view(-1, bias.size(0), heads, scores.size(1), scores.size(2))
        .add(bias)
        .view(scores.shape());
  }
}
