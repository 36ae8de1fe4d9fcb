package dev.adapterx.task;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a head gives for a batch, by name; a single tensor goes by {@link #SCORES}.
 *
 * @param tensors each (B, …)
 */
public record Outputs(Map<String, Tensor> tensors) {
  /** Class scores: (B, C) of samples, (B, C, H, W) of pixels. */
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
   * One by its name.
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
