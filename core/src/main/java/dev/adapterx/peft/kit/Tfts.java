package dev.adapterx.peft.kit;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * DAPT's task-agnostic feature transform, the same as SSF's scale and shift: {@code T(z) = γ ⊙ z +
 * β}.
 *
 * <p>Trainable: 2D. Initially γ ~ N(1, 0.02), β ~ N(0, 0.02).
 *
 * @param gamma (D)
 * @param beta (D)
 */
public record Tfts(Tensor gamma, Tensor beta) {
  public static Tfts initial(long width, String place, Parameters parameters) {
    return new Tfts(
        parameters.add(place + ".gamma", rng -> Init.normal(rng, 1, 0.02, width)),
        parameters.add(place + ".beta", rng -> Init.normal(rng, 0, 0.02, width)));
  }

  /** z (…, D) to the same shape. */
  public Tensor forward(Tensor z) {
    return torch.addcmul(Tensors.like(beta, z), z, Tensors.like(gamma, z));
  }

  /** A norm followed by this, as one norm: {@code γ ⊙ (n ⊙ w + b) + β}. */
  public LayerNorm after(LayerNorm norm) {
    return new LayerNorm(norm.weight().mul(gamma), norm.bias().mul(gamma).add(beta), norm.eps());
  }

  /** A layer's weight (D, …) with the scale behind it merged in, in fp32. */
  public Tensor scaled(Tensor weight) {
    Tensor rows = weight.flatten(1, weight.dim() - 1);
    return Tensors.fp32(rows).mul(gamma.unsqueeze(1)).view(weight.shape());
  }

  /** A layer's bias (D), or none, with the scale and the shift behind it merged in, in fp32. */
  public Tensor shifted(@Nullable Tensor bias) {
    return bias == null ? beta.clone() : torch.addcmul(beta, Tensors.fp32(bias), gamma);
  }
}
