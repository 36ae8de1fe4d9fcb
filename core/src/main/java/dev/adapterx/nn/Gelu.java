package dev.adapterx.nn;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The forms of GELU that pre-trained weights use; a form other than the weights' own costs
 * accuracy.
 */
public enum Gelu {
  /** {@code x Φ(x)}, by the error function. */
  EXACT {
    @Override
    public Tensor forward(Tensor x) {
      return torch.gelu(x);
    }
  },
  /** {@code x σ(1.702 x)}: OpenAI's CLIP. */
  QUICK {
    @Override
    public Tensor forward(Tensor x) {
      return x.mul(torch.sigmoid(Tensors.scaled(x, 1.702)));
    }
  };

  /** x to the same shape. */
  public abstract Tensor forward(Tensor x);
}
