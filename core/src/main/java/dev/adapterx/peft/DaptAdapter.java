package dev.adapterx.peft;

import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * DAPT's dynamic adapter: a bottleneck whose output every token scales by itself.
 *
 * <pre>
 *   n = LN(u),  s = relu(W_s n + b_s)                          one number a token
 *   A = s · (W_up drop(gelu(W_dn n + b_dn)) + b_up)
 * </pre>
 *
 * <p>Trainable: 2D + (D + 1) + (D + 1)R + (R + 1)D. Initially W_up = 0 and biases 0, so A is 0; the
 * others Kaiming-uniform.
 */
record DaptAdapter(LayerNorm norm, Linear scale, Linear down, Linear up, double dropout) {
  private static final double EPS = 1e-5;

  static DaptAdapter initial(
      int width, int bottleneck, double dropout, String place, Parameters parameters) {
    LayerNorm norm = parameters.norm(place + ".norm", width, EPS);
    Linear up =
        new Linear(
            parameters.add(place + ".up.weight", rng -> Init.zeros(width, bottleneck)),
            parameters.add(place + ".up.bias", rng -> Init.zeros(width)));
    return new DaptAdapter(
        norm,
        linear(width, 1, place + ".scale", parameters),
        linear(width, bottleneck, place + ".down", parameters),
        up,
        dropout);
  }

  private static Linear linear(int in, int out, String place, Parameters parameters) {
    return new Linear(
        parameters.add(place + ".weight", rng -> Init.kaimingUniform(rng, in, out, in)),
        parameters.add(place + ".bias", rng -> Init.zeros(out)));
  }

  /**
   * u (B, N, D) to the same shape.
   *
   * @param place the block, whose dropout is its own
   */
  Tensor forward(Tensor u, Pass pass, String place) {
    Tensor n = norm.forward(u);
    Tensor hidden = pass.dropout(torch.gelu(down.forward(n)), dropout, place + ".adapter.dropout");
    return up.forward(hidden).mul(scale.forward(n).relu());
  }
}
