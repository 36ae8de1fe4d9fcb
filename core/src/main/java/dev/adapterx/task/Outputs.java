package dev.adapterx.task;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A head's outputs for a batch, by name; a single tensor is named {@link #SCORES}.
 *
 * @param tensors each (B, …)
 */
public record Outputs(Map<String, Tensor> tensors) {
  /** Class scores: (B, C) for samples, (B, C, H, W) for pixels. */
  public static final String SCORES = "scores";

  public Outputs {
    tensors = Map.copyOf(tensors);
  }

  /** Class scores alone. */
  public static Outputs of(Tensor scores) {
    return new Outputs(Map.of(SCORES, scores));
  }

  /** The class scores. */
  public Tensor scores() {
    return get(SCORES);
  }

  /**
   * The output of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Tensor get(String name) {
    Tensor found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no output '" + name + "' among " + tensors.keySet());
    }
    return found;
  }
}
