package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights between the frozen and the tuned ones: {@code θ = (1 − α)·frozen + α·tuned}. Mixing in
 * some of the frozen weights often makes a tuned model more robust to data unlike its training
 * data, at almost no loss on similar data.
 *
 * <p>Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022, <a
 * href="https://arxiv.org/abs/2109.01903">paper</a>. There the head is interpolated too, between a
 * zero-shot and the tuned head; here there is no head before tuning, so the tuned head stays.
 * Running statistics of batch norms are interpolated like any other tensor.
 */
final class Interpolation {
  private Interpolation() {}

  /**
   * The interpolated tensors, in fp32; those that tuning left unchanged are the frozen ones
   * themselves, and with α = 1 all are the tuned ones. Computed tensors belong to the caller's
   * scope.
   *
   * @param tuned at least the names of {@code frozen}; a tensor without a frozen counterpart counts
   *     as 0 there
   * @param alpha 0 (frozen) … 1 (tuned)
   * @throws ConfigException for any other α
   */
  static NamedTensors between(NamedTensors frozen, NamedTensors tuned, double alpha) {
    requireShare(alpha);
    if (alpha == 1) {
      return tuned;
    }
    Map<String, Tensor> between = new LinkedHashMap<>();
    tuned.forEach(
        (name, end) -> {
          Tensor start = frozen.find(name).orElse(null);
          @SuppressWarnings("ReferenceEquality") // the very same tensor: nothing was changed
          boolean unchanged = start == end;
          between.put(
              name,
              unchanged || !end.is_floating_point()
                  ? end
                  : start == null
                      ? Tensors.scaled(Tensors.fp32(end), alpha)
                      : Tensors.fp32(start).lerp(Tensors.fp32(end), new Scalar(alpha)));
        });
    return NamedTensors.of(between);
  }

  static void requireShare(double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new ConfigException(
          "alpha: expected the share of the tuned weights, from 0 (frozen) to 1 (tuned), found "
              + alpha);
    }
  }
}
