package dev.adapterx.nn;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x Wᵀ + b}, in the dtype of x.
 *
 * @param weight (D_out, D_in); or (B, D_out, D_in): one for each sample of a batch
 * @param bias (D_out), or absent; one for each sample: (B, 1, D_out)
 * @param product computes it otherwise, without gradient; absent: libtorch in the dtype of x
 */
public record Linear(Tensor weight, @Nullable Tensor bias, @Nullable Product product) {
  /** Another way to compute a linear layer in evaluation. */
  @FunctionalInterface
  public interface Product {
    /** x (…, D_in) to (…, D_out), in the dtype of x. */
    Tensor of(Tensor x, Linear layer);
  }

  public Linear(Tensor weight, @Nullable Tensor bias) {
    this(weight, bias, null);
  }

  /** This layer, computed otherwise. */
  public Linear by(Product other) {
    return new Linear(weight, bias, other);
  }

  /** Reads {@code weight} and, if it is there, {@code bias}. */
  public static Linear from(NamedTensors tensors) {
    return new Linear(tensors.get("weight"), tensors.find("bias").orElse(null));
  }

  /** PyTorch's initial values of linear layers: both U(±1/√D_in). */
  public static Linear initial(Rng rng, long in, long out) {
    return new Linear(
        Init.kaimingUniform(rng.at("weight"), in, out, in),
        Init.kaimingUniform(rng.at("bias"), in, out));
  }

  /** x (…, D_in) to (…, D_out); x (B, N, D_in) where each sample has its own weight. */
  public Tensor forward(Tensor x) {
    return product == null ? plain(x) : product.of(x, this);
  }

  /** x (…, D_in) to (…, D_out), by libtorch in the dtype of x. */
  public Tensor plain(Tensor x) {
    Tensor b = bias == null ? null : Tensors.like(bias, x);
    if (weight.dim() == 3) {
      Tensor own = Tensors.like(weight, x).transpose(1, 2);
      return b == null ? x.bmm(own) : torch.baddbmm(b, x, own);
    }
    return torch.linear(x, Tensors.like(weight, x), Tensors.optional(b));
  }
}
