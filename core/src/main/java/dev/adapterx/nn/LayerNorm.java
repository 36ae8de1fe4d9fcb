package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code y = (x - mean) / √(var + eps) · weight + bias} over the last dimension. Statistics are
 * computed in fp32 whatever the dtype of x, and the two vectors are kept in fp32: they are small,
 * and rounding them would cost more than it saves.
 *
 * @param weight (D)
 * @param bias (D)
 */
public record LayerNorm(Tensor weight, Tensor bias, double eps) {
  /** Reads {@code weight} and {@code bias}. */
  public static LayerNorm from(NamedTensors tensors, double eps) {
    return new LayerNorm(tensors.get("weight"), tensors.get("bias"), eps);
  }

  /** x (…, D) to the same shape. */
  public Tensor forward(Tensor x) {
    if (x.is_meta()) { // libtorch's norm needs values even on META
      return x.mul(Tensors.like(weight, x)).add(Tensors.like(bias, x));
    }
    if (weight.dim() == 3) { // one norm for each sample; rounded once, as libtorch's own
      Tensor plain =
          torch.layer_norm(
              Tensors.fp32(x),
              new long[] {weight.size(2)},
              Tensors.optional(null),
              Tensors.optional(null),
              eps,
              false);
      return Tensors.like(torch.addcmul(bias, plain, weight), x);
    }
    return torch.layer_norm(
        x,
        new long[] {weight.numel()},
        Tensors.optional(weight),
        Tensors.optional(bias),
        eps,
        false);
  }
}
