package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Multi-head self-attention: {@code proj(softmax(q kᵀ / √d) v)} with q, k, v the thirds of one
 * fused linear layer.
 *
 * @param qkv (3D, D), rows ordered q, k, v
 * @param proj (D, D)
 * @param heads H; each is d = D/H wide
 */
public record Attention(Linear qkv, Linear proj, int heads) {
  /** Reads {@code qkv} and {@code proj}. */
  public static Attention from(NamedTensors tensors, int heads) {
    return new Attention(Linear.from(tensors.at("qkv")), Linear.from(tensors.at("proj")), heads);
  }

  /** x (B, N, D) to the same shape. */
  public Tensor forward(Tensor x, BlockTuner around, Pass pass) {
    long batch = x.size(0);
    long tokens = x.size(1);
    long width = x.size(2);
    TensorVector parts =
        around
            .linear(LinearSite.QKV, qkv, x, pass)
            .reshape(batch, tokens, 3, heads, width / heads)
            .permute(2, 0, 3, 1, 4) // (3, B, H, N, d)
            .unbind(0);
    Tensor mixed = attend(parts.get(0), parts.get(1), parts.get(2)); // (B, H, N, d)
    return around.linear(
        LinearSite.PROJ, proj, mixed.transpose(1, 2).reshape(batch, tokens, width), pass);
  }

  /**
   * The form is chosen by what was measured (docs/performance.md): on a CPU libtorch's fused kernel
   * is the faster one forward, but its backward is up to twenty times slower than that of three
   * plain steps.
   */
  private static Tensor attend(Tensor q, Tensor k, Tensor v) {
    if (!GradMode.is_enabled()) {
      return torch.scaled_dot_product_attention(q, k, v);
    }
    Tensor scaled = q.mul(new Scalar(1 / Math.sqrt((double) q.size(3))));
    Tensor weights = torch.softmax(scaled.matmul(k.transpose(2, 3)), 3); // (B, H, N, N)
    return weights.matmul(v);
  }
}
