package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * Down to R, a function, and up again: {@code A(x) = W_up drop(φ(W_dn x + b_dn)) + b_up}. It adds
 * nothing of x itself; whoever uses it says where the sum is.
 *
 * <p>Trainable: 2DR + R + D, without biases 2DR.
 *
 * @param place of its tensors and of its dropout
 */
record Bottleneck(Linear down, Linear up, Activation activation, double dropout, String place) {

  /** How the two matrices and their biases start. */
  enum Start {
    /** Down Kaiming-uniform, up 0, biases 0: nothing at the start. */
    LORA,
    /** Both normal with std 0.01, none beyond two of them; biases 0. */
    HOULSBY,
    /** Both normal with std 0.02; biases 0. */
    BERT,
    /** Both Xavier-uniform; biases normal with std 1e-6. */
    XAVIER,
    /** All 0, so that the up bias alone learns at first. */
    ZERO;

    private Tensor down(Rng rng, int bottleneck, int width) {
      return this == LORA
          ? Init.kaimingUniform(rng, width, bottleneck, width)
          : matrix(rng, bottleneck, width);
    }

    private Tensor matrix(Rng rng, int rows, int columns) {
      return switch (this) {
        case LORA, ZERO -> Init.zeros(rows, columns);
        case HOULSBY -> Init.truncatedNormal(rng, 0.01, rows, columns);
        case BERT -> Init.normal(rng, 0, 0.02, rows, columns);
        case XAVIER -> Init.xavierUniform(rng, rows, columns);
      };
    }

    private Tensor bias(Rng rng, int size) {
      return this == XAVIER ? Init.normal(rng, 0, 1e-6, size) : Init.zeros(size);
    }
  }

  /**
   * What all of a method's bottlenecks have in common.
   *
   * @param size R
   */
  record Kind(int size, Start start, boolean bias, Activation activation, double dropout) {
    /** A new one below a place, refused before memory is asked for where it is beyond belief. */
    Bottleneck at(String place, int width, Parameters parameters) {
      Linear down = linear(place + ".down", size, parameters, rng -> start.down(rng, size, width));
      Linear up = linear(place + ".up", width, parameters, rng -> start.matrix(rng, width, size));
      return new Bottleneck(down, up, activation, dropout, place);
    }

    private Linear linear(
        String place, int out, Parameters parameters, Function<Rng, Tensor> matrix) {
      return new Linear(
          parameters.add(place + ".weight", matrix),
          bias ? parameters.add(place + ".bias", rng -> start.bias(rng, out)) : null);
    }
  }

  /** x (B, N, D) to the same shape. */
  Tensor forward(Tensor x, Pass pass) {
    Tensor hidden = activation.apply(down.forward(x)); // (B, N, R)
    return up.forward(pass.dropout(hidden, dropout, place + ".dropout"));
  }
}
