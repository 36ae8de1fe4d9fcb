package dev.adapterx.peft.points;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.peft.kit.Bottleneck;
import dev.adapterx.tensor.Init;
import org.bytedeco.pytorch.Tensor;

/**
 * DAPT's dynamic adapter: a bottleneck whose output is scaled by a number computed from each token.
 *
 * <pre>
 *   n = LN(u),  s = relu(W_s n + b_s)                          one number a token
 *   A = s · (W_up drop(gelu(W_dn n + b_dn)) + b_up)
 * </pre>
 *
 * <p>Trainable: 2D + (D + 1) + (D + 1)R + (R + 1)D. Initially W_up = 0 and biases 0, so A is 0; the
 * others Kaiming-uniform.
 */
record DaptAdapter(LayerNorm norm, Linear scale, Bottleneck bottleneck) {
  private static final double EPS = 1e-5;

  static DaptAdapter initial(
      int width, int bottleneck, double dropout, String place, Parameters parameters) {
    var kind = new Bottleneck.Kind(bottleneck, AdapterInit.LORA, true, Activation.GELU, dropout);
    Linear scale =
        new Linear(
            parameters.add(
                place + ".scale.weight", rng -> Init.kaimingUniform(rng, width, 1, width)),
            parameters.add(place + ".scale.bias", rng -> Init.zeros(1)));
    return new DaptAdapter(
        parameters.norm(place + ".norm", width, EPS), scale, kind.at(place, width, parameters));
  }

  /** u (B, N, D) to the same shape. */
  Tensor forward(Tensor u, Pass pass) {
    Tensor n = norm.forward(u);
    return bottleneck.forward(n, pass).mul(Activation.RELU.apply(scale.forward(n)));
  }
}
