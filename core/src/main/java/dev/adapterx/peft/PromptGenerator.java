package dev.adapterx.peft;

import dev.adapterx.model.Embedding;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * One token a block says about what its adapter did: {@code P = γ ⊙ mean_t φ(m_t) + β}, the mean
 * over all tokens present.
 *
 * <p>Trainable: 2D. Initially γ ~ N(1, 0.02), β ~ N(0, 0.02), as SSF and DAPT.
 */
record PromptGenerator(Tfts transform, Activation activation) {
  static PromptGenerator initial(
      int width, Activation activation, String place, Parameters parameters) {
    return new PromptGenerator(Tfts.initial(width, place, parameters), activation);
  }

  /**
   * Puts the new token behind the prefix, before older prompts: [CLS, P_l, P_{l-1}, …, patches].
   *
   * @param y (B, N, D), the block's output
   * @param m (B, N, D), the adapter's output
   * @param prefix tokens that stay in front
   * @return (B, N + 1, D)
   */
  Tensor insert(Tensor y, Tensor m, int prefix) {
    Tensor mean = Tensors.mean(activation.apply(m), 1).unsqueeze(1); // (B, 1, D)
    Tensor prompt = transform.forward(Tensors.like(mean, y));
    return Embedding.inserted(y, prefix, prompt);
  }
}
