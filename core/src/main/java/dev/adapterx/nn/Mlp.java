package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import org.bytedeco.pytorch.Tensor;

/** {@code fc2(gelu(fc1(x)))}. */
public record Mlp(Linear fc1, Linear fc2, Gelu gelu) {
  /** Reads {@code fc1} and {@code fc2}. */
  public static Mlp from(NamedTensors tensors, Gelu gelu) {
    return new Mlp(Linear.from(tensors.at("fc1")), Linear.from(tensors.at("fc2")), gelu);
  }

  /** x (B, N, D) to the same shape. */
  public Tensor forward(Tensor x, BlockTuner around, Pass pass) {
    Tensor hidden = // (B, N, 4D)
        Scope.within(() -> gelu.forward(around.linear(LinearSite.FC1, fc1, x, pass)));
    return around.linear(LinearSite.FC2, fc2, hidden, pass);
  }
}
