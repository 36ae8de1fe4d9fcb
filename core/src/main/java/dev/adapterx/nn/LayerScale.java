package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * {@code y = x · gamma} per channel (Touvron et al., Going deeper with Image Transformers, ICCV
 * 2021).
 *
 * @param gamma (D)
 */
public record LayerScale(Tensor gamma) {
  /** Reads {@code gamma}. */
  public static LayerScale from(NamedTensors tensors) {
    return new LayerScale(tensors.get("gamma"));
  }

  /** x (…, D) to the same shape. */
  public Tensor forward(Tensor x) {
    return x.mul(Tensors.like(gamma, x));
  }
}
