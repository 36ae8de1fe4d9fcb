package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution over single points, {@code y = W x + b}: a linear layer whose weight keeps the
 * shape of published files.
 *
 * @param weight (D_out, D_in, 1)
 * @param bias (D_out)
 */
public record Pointwise(Tensor weight, Tensor bias) {
  /** Reads {@code weight} and {@code bias}. */
  public static Pointwise from(NamedTensors tensors) {
    return new Pointwise(tensors.get("weight"), tensors.get("bias"));
  }

  /** x (R, D_in) to (R, D_out), in the dtype of x. */
  public Tensor forward(Tensor x) {
    return torch.linear(
        x, Tensors.like(weight.squeeze(2), x), Tensors.optional(Tensors.like(bias, x)));
  }

  /** The columns of the weight that act on inputs {@code from} to {@code from + count}. */
  public Linear part(long from, long count, boolean withBias) {
    return new Linear(weight.squeeze(2).narrow(1, from, count), withBias ? bias : null);
  }

  /** This layer followed by a batch norm with running statistics, as one layer. */
  Pointwise folded(BatchNorm norm) {
    Tensor factor = norm.factor();
    Tensor scaled = Tensors.fp32(weight).mul(factor.view(-1, 1, 1));
    return new Pointwise(
        Tensors.like(scaled, weight), Tensors.fp32(bias).mul(factor).add(norm.offset()));
  }

  /** Sets negative values to 0. */
  static Tensor relu(Tensor x) {
    return x.clamp_min(new Scalar(0.0));
  }
}
