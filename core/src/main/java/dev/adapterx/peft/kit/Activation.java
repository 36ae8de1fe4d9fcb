package dev.adapterx.peft.kit;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Element-wise functions that methods choose among. */
public enum Activation {
  IDENTITY,
  RELU,
  GELU,
  /** {@code x · sigmoid(1.702 x)}: CLIP's approximation of GELU. */
  QUICK_GELU;

  public Tensor apply(Tensor x) {
    return switch (this) {
      case IDENTITY -> x;
      // ReLU by the operator that libtorch supports on META too.
      case RELU -> torch.threshold(x, new Scalar(0), new Scalar(0));
      case GELU -> torch.gelu(x);
      case QUICK_GELU -> x.mul(Tensors.scaled(x, 1.702).sigmoid());
    };
  }
}
