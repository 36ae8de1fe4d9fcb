package dev.adapterx.peft.kit;

import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Summarises the output of a block's adapter in one token: {@code P = γ ⊙ mean_t φ(m_t) + β}, the
 * mean over all tokens present; with {@code onMean} {@code P = mean_t y_t + γ ⊙ mean_t φ(m_t) + β}.
 *
 * <p>Trainable: 2D. Initially γ ~ N(1, 0.02), β ~ N(0, 0.02), as in SSF and DAPT. As m is 0 then, P
 * is β alone: a token of small random numbers, which the next block's norm scales to the length of
 * any other. With {@code onMean} it is close to an average token instead.
 *
 * @param onMean whether the mean of the block's output is added
 */
public record PromptGenerator(Tfts transform, Activation activation, boolean onMean) {
  public static PromptGenerator initial(
      int width, Activation activation, boolean onMean, String place, Parameters parameters) {
    return new PromptGenerator(Tfts.initial(width, place, parameters), activation, onMean);
  }

  /**
   * Inserts the new token behind the prefix, before older prompts: [CLS, P_l, P_{l-1}, …, patches].
   *
   * @param y (B, N, D), the block's output
   * @param m (B, N, D), the adapter's output
   * @param prefix tokens that stay in front
   * @return (B, N + 1, D)
   */
  public Tensor insert(Tensor y, Tensor m, int prefix) {
    Tensor mean = Tensors.mean(activation.apply(m), 1).unsqueeze(1); // (B, 1, D)
    Tensor own = transform.forward(Tensors.like(mean, y));
    Tensor prompt = onMean ? own.add(Tensors.like(Tensors.mean(y, 1).unsqueeze(1), y)) : own;
    return Embedding.inserted(y, prefix, prompt);
  }
}
