package dev.adapterx.peft.kit;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * Down to R, a nonlinearity, and up again: {@code A(x) = W_up drop(φ(W_dn x + b_dn)) + b_up}. It
 * has no residual: the method decides where the output is added.
 *
 * <p>Trainable: 2DR + R + D, without biases 2DR.
 *
 * @param place of its tensors and of its dropout
 */
public record Bottleneck(
    Linear down, Linear up, Activation activation, double dropout, String place) {

  /**
   * The settings shared by all of a method's bottlenecks.
   *
   * @param size R
   */
  public record Kind(
      int size, AdapterInit init, boolean bias, Activation activation, double dropout) {
    /** A new bottleneck, its tensors below a place. */
    public Bottleneck at(String place, int width, Parameters parameters) {
      Linear down = linear(place + ".down", size, parameters, r -> init.down(r, size, width));
      Linear up = linear(place + ".up", width, parameters, r -> init.up(r, size, width));
      return new Bottleneck(down, up, activation, dropout, place);
    }

    private Linear linear(
        String place, int out, Parameters parameters, Function<Rng, Tensor> matrix) {
      return new Linear(
          parameters.add(place + ".weight", matrix),
          bias ? parameters.add(place + ".bias", rng -> init.bias(rng, out)) : null);
    }
  }

  /** x (B, N, D) to the same shape. */
  public Tensor forward(Tensor x, Pass pass) {
    Tensor hidden = activation.apply(down.forward(x)); // (B, N, R)
    return up.forward(pass.dropout(hidden, dropout, place + ".dropout"));
  }
}
