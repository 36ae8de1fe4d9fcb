package dev.adapterx.peft;

import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Summaries of the last block's tokens that may make up the feature a head sees. */
public enum Feature {
  /** The class token. */
  CLS,
  /** The mean over the prompts. */
  PROMPTS,
  /** The maximum over the patches. */
  PATCHES;

  /**
   * Summaries side by side.
   *
   * @param x (B, N, D) after the final norm: [prefix, prompts, patches]
   * @param prefix tokens before the prompts, the first of them CLS
   * @param prompts how many
   * @return (B, features · D)
   */
  static Tensor of(List<Feature> features, Tensor x, long prefix, long prompts) {
    return Tensors.cat(
        1, features.stream().map(f -> f.of(x, prefix, prompts)).toArray(Tensor[]::new));
  }

  private Tensor of(Tensor x, long prefix, long prompts) {
    long before = prefix + prompts;
    return switch (this) {
      case CLS -> x.select(1, 0);
      case PROMPTS -> Tensors.mean(x.narrow(1, prefix, prompts), 1);
      case PATCHES -> Tensors.max(x.narrow(1, before, x.size(1) - before), 1);
    };
  }
}
