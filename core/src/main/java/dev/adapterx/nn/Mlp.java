package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** {@code fc2(gelu(fc1(x)))} with the exact (erf) GELU. */
public record Mlp(Linear fc1, Linear fc2) {
  /** Reads {@code fc1} and {@code fc2}. */
  public static Mlp from(NamedTensors tensors) {
    return new Mlp(Linear.from(tensors.at("fc1")), Linear.from(tensors.at("fc2")));
  }

  /** x (B, N, D) to the same shape. */
  public Tensor forward(Tensor x, BlockTuner around, Pass pass) {
    Tensor hidden = torch.gelu(around.linear(LinearSite.FC1, fc1, x, pass)); // (B, N, 4D)
    return around.linear(LinearSite.FC2, fc2, hidden, pass);
  }
}
