package dev.adapterx.peft;

import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A change of one projection that has few ranks: {@code ΔW = scale · B A}.
 *
 * @param at whose change this is
 * @param a (R, D_in)
 * @param b (D_out, R)
 * @param dropout of what goes into A
 * @param place for dropout's stream
 */
record LowRank(Projection at, Tensor a, Tensor b, double scale, double dropout, String place) {
  /** A uniform as linear layers start, B zero: no change yet. */
  static LowRank initial(
      Projection at,
      Linear layer,
      int rank,
      double scale,
      double dropout,
      String place,
      Parameters parameters) {
    long in = at.inputs(layer);
    long out = at.outputs(layer);
    return new LowRank(
        at,
        parameters.add(place + ".a", r -> Init.kaimingUniform(r, in, rank, in)),
        parameters.add(place + ".b", r -> Init.zeros(out, rank)),
        scale,
        dropout,
        place);
  }

  /** A slipped digit in the rank is told before memory is asked for. */
  static void requireBelievable(String method, Projection at, Linear layer, int rank) {
    Checks.believable(
        method + ".rank " + rank + " makes a change of " + at.key(),
        (double) rank * (at.inputs(layer) + at.outputs(layer)));
  }

  /** What dropout leaves of x (B, N, D_in). */
  Tensor dropped(Tensor x, Pass pass) {
    return pass.dropout(x, dropout, place + ".dropout");
  }

  /** {@code scale · B A x}: x (B, N, D_in), after dropout, to (B, N, D_out). */
  Tensor delta(Tensor x) {
    Tensor low = new Linear(a, null).forward(x); // (B, N, R)
    return Tensors.scaled(new Linear(b, null).forward(low), scale);
  }

  /** ΔW (D_out, D_in) in fp32. */
  Tensor delta() {
    return b.mm(a).mul(new Scalar(scale));
  }
}
