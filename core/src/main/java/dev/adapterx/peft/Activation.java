package dev.adapterx.peft;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Element-wise functions that methods choose among. */
public enum Activation {
  IDENTITY,
  RELU,
  GELU;

  Tensor apply(Tensor x) {
    return switch (this) {
      case IDENTITY -> x;
      case RELU -> x.relu();
      case GELU -> torch.gelu(x);
    };
  }
}
