package dev.adapterx.peft.mixture;

import dev.adapterx.model.Parameters;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A trained number that a block's attention adds to the scores of prompts: {@code softmax(q kᵀ / √d
 * + b·[the key is a prompt's]) v}. At b = −4 a prompt has {@code e⁻⁴}, less than 2 %, of the weight
 * it would otherwise have.
 *
 * <p>Trainable: 1 for each block that has prompts among its tokens, all but the first.
 *
 * @param value (1)
 * @param prefix tokens before the prompts
 * @param prompts tokens that are prompts
 */
record PromptBias(Tensor value, int prefix, int prompts) {
  static PromptBias initial(
      double start, int prefix, int prompts, String place, Parameters parameters) {
    Tensor value = parameters.add(place + ".bias", unused -> Init.constant(start, 1));
    return new PromptBias(value, prefix, prompts);
  }

  /**
   * Attention for all heads at once.
   *
   * @param q (B·H, M, d)
   * @param k (B·H, N, d)
   * @param v (B·H, N, d)
   * @return (B·H, M, d)
   */
  Tensor attend(Tensor q, Tensor k, Tensor v) {
    Tensor none = torch.zeros_like(value);
    Tensor row =
        Tensors.cat(
            0,
            none.expand(prefix),
            value.expand(prompts),
            none.expand(k.size(1) - prefix - prompts));
    Scalar scale = new Scalar(1 / Math.sqrt((double) q.size(2)));
    Tensor bias = Tensors.like(row, q).view(1, 1, k.size(1));
    Tensor scores = torch.baddbmm(bias, q, k.transpose(1, 2), new Scalar(1.0), scale);
    return torch.softmax(scores, 2).bmm(v);
  }
}
