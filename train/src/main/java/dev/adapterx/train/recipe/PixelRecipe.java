package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.dense.segment.PixelForm;
import java.util.List;

/**
 * The head of a segmentation and its loss, {@code head: {kind: pixels, …}}.
 *
 * @param taps as {@link PixelForm} has them
 * @param upscale as {@link PixelForm} has it
 * @param width as {@link PixelForm} has it
 * @param dropout as {@link PixelForm} has it
 * @param classWeights what a pixel weighs by its class
 * @param dice what soft dice is multiplied by before it is added to the cross-entropy
 */
public record PixelRecipe(
    List<Integer> taps,
    int upscale,
    int width,
    double dropout,
    ClassWeights classWeights,
    double dice) {
  /** What {@code kind} says. */
  static final String KIND = "pixels";

  /** Weights of classes in the loss. */
  public enum ClassWeights {
    /** All the same. */
    NONE,
    /** {@code (largest share / share)^⅓} of a class among the labelled training pixels. */
    FREQUENCY
  }

  public PixelRecipe {
    taps = List.copyOf(taps);
    if (!(dice >= 0 && dice < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("dice: expected a number from 0, found " + dice);
    }
  }

  /** As {@link PixelForm#defaults()}, all classes alike, no dice. */
  public static PixelRecipe defaults() {
    PixelForm form = PixelForm.defaults();
    return new PixelRecipe(
        form.taps(), form.upscale(), form.width(), form.dropout(), ClassWeights.NONE, 0);
  }

  /** The head's form. */
  public PixelForm form() {
    return new PixelForm(taps, upscale, width, dropout);
  }
}
