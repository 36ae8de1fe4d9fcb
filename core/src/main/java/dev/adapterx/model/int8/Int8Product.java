package dev.adapterx.model.int8;

import dev.adapterx.nn.Linear;
import dev.adapterx.tensor.Operators;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = s_x s_w ⊙ ((q_x - z) q_wᵀ) + b} by oneDNN: q_x unsigned with one scale and zero point,
 * q_w (D_out, D_in) signed with a scale for each row.
 *
 * @param packed q_w as oneDNN wants it
 * @param scales s_w (D_out)
 * @param zeros (D_out) of 0
 * @param bias (D_out) in fp32, or absent
 */
record Int8Product(
    double scale, long zero, Tensor packed, Tensor scales, Tensor zeros, @Nullable Tensor bias)
    implements Linear.Product, AutoCloseable {
  private static final int LEVELS = 255;
  private static final String POINTWISE = "onednn::qlinear_pointwise";
  private static final int POST_OP_ARGUMENTS = 11; // of its schema

  /** Packs a layer for inputs of a range; the tensors leave the scope. */
  static Int8Product of(Linear linear, LayerRange range, Scope scope) {
    Tensor weight = Tensors.fp32(linear.weight());
    Tensor scales = scope.keep(sizes(weight).div(new Scalar(127.0)));
    Tensor rounded = weight.div(scales.unsqueeze(1)).round().to(ScalarType.Char);
    Tensor packed = scope.keep(Operators.call("onednn::qlinear_prepack", rounded, null));
    Tensor zeros = scope.keep(Tensors.zeros(ScalarType.Int, scales.size(0)));
    Tensor own = linear.bias();
    Tensor bias = own == null ? null : scope.keep(Tensors.fp32(own).clone());
    return of(range, packed, scales, zeros, bias);
  }

  private static Int8Product of(
      LayerRange range, Tensor packed, Tensor scales, Tensor zeros, @Nullable Tensor bias) {
    double least = Math.min(0, range.least());
    double largest = Math.max(0, range.largest());
    double scale = Math.max(Float.MIN_NORMAL, (largest - least) / LEVELS);
    return new Int8Product(scale, Math.round(-least / scale), packed, scales, zeros, bias);
  }

  /** The same weights for inputs of another range; whichever is closed last frees them. */
  Int8Product by(LayerRange range, Scope scope) {
    return of(
        range,
        scope.keep(new Tensor(packed)),
        scope.keep(new Tensor(scales)),
        scope.keep(new Tensor(zeros)),
        bias == null ? null : scope.keep(new Tensor(bias)));
  }

  /** The largest size of each row, never 0. */
  private static Tensor sizes(Tensor weight) {
    return weight
        .abs()
        .amax(new long[] {1}, false)
        .clamp_min(new Scalar((double) Float.MIN_NORMAL));
  }

  @Override
  public Tensor of(Tensor x, Linear layer) {
    return Scope.within(
        () -> {
          long[] shape = x.shape();
          Tensor rows = Tensors.fp32(x).reshape(-1, shape[shape.length - 1]);
          Tensor bytes = torch.quantize_per_tensor(rows, scale, zero, ScalarType.QUInt8).int_repr();
          Tensor y =
              Operators.call(
                  POINTWISE,
                  bytes,
                  scale,
                  zero,
                  packed,
                  scales,
                  zeros,
                  bias,
                  1.0,
                  0L,
                  new IValue(Tensors.type(x)),
                  "none",
                  Operators.list(POINTWISE, POST_OP_ARGUMENTS),
                  "");
          shape[shape.length - 1] = scales.size(0);
          return y.view(shape);
        });
  }

  @Override
  public void close() {
    packed.close();
    scales.close();
    zeros.close();
    if (bias != null) {
      bias.close();
    }
  }
}
