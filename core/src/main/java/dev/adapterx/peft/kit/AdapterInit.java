package dev.adapterx.peft.kit;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import org.bytedeco.pytorch.Tensor;

/** Initial values of the two layers of a bottleneck. */
public enum AdapterInit {
  /** Down Kaiming-uniform, up 0, biases 0: the adapter's output is 0 at the start. */
  LORA,
  /** Both normal with std 0.01, truncated at two standard deviations, biases 0: Houlsby et al. */
  HOULSBY,
  /** Both normal with std 0.02, biases 0: BERT. */
  BERT,
  /** Both Xavier-uniform, biases normal with std 1e-6: NOAH. */
  XAVIER;

  /** (R, D). */
  public Tensor down(Rng rng, int bottleneck, int width) {
    return this == LORA
        ? Init.kaimingUniform(rng, width, bottleneck, width)
        : matrix(rng, bottleneck, width);
  }

  /** (D, R). */
  public Tensor up(Rng rng, int bottleneck, int width) {
    return this == LORA ? Init.zeros(width, bottleneck) : matrix(rng, width, bottleneck);
  }

  private Tensor matrix(Rng rng, int rows, int columns) {
    return switch (this) {
      case LORA -> throw new AssertionError("its two matrices start in different ways");
      case HOULSBY -> Init.truncatedNormal(rng, 0.01, rows, columns);
      case BERT -> Init.normal(rng, 0, 0.02, rows, columns);
      case XAVIER -> Init.xavierUniform(rng, rows, columns);
    };
  }

  public Tensor bias(Rng rng, int size) {
    return this == XAVIER ? Init.normal(rng, 0, 1e-6, size) : Init.zeros(size);
  }
}
