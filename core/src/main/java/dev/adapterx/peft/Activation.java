package dev.adapterx.peft;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Element-wise functions that methods choose among. */
public enum Activation {
  IDENTITY,
  RELU,
  GELU,
  /** {@code x · sigmoid(1.702 x)}: CLIP's approximation of GELU. */
  QUICK_GELU;

  Tensor apply(Tensor x) {
    return switch (this) {
      case IDENTITY -> x;
      case RELU -> x.relu();
      case GELU -> torch.gelu(x);
      case QUICK_GELU -> x.mul(Tensors.scaled(x, 1.702).sigmoid());
    };
  }
}
