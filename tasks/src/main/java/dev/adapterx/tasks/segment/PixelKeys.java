package dev.adapterx.tasks.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.dense.segment.PixelForm;
import java.util.List;

/**
 * The head of a segmentation and its loss, {@code head: {kind: pixels, …}}.
 *
 * @param taps the blocks whose patches are read, from 0 and rising; empty: four, evenly spaced, the
 *     last one among them
 * @param upscale how often the map of scores is doubled, 0 … 2; 0 is a linear layer alone
 * @param width channels of the doubled maps; 0: a third of the backbone's width
 * @param dropout share of channels that are dropped before the last layer while training
 * @param skip whether a linear layer over the patches, enlarged, is added to the scores of doubled
 *     maps; without it they learn slowly
 * @param classWeights what a pixel weighs in the loss: all the same, or by the cube root of how
 *     rare its class is
 * @param dice what soft dice is multiplied by before it is added to the cross-entropy
 */
public record PixelKeys(
    List<Integer> taps,
    int upscale,
    int width,
    double dropout,
    boolean skip,
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

  public PixelKeys {
    taps = List.copyOf(taps);
    new PixelForm(taps, upscale, width, dropout, skip); // says what is wrong
    if (!(dice >= 0 && dice < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("dice: expected a number from 0, found " + dice);
    }
  }

  /** As {@link PixelForm#defaults()}, all classes alike, no dice. */
  public static PixelKeys defaults() {
    PixelForm form = PixelForm.defaults();
    return new PixelKeys(
        form.taps(),
        form.upscale(),
        form.width(),
        form.dropout(),
        form.skip(),
        ClassWeights.NONE,
        0);
  }

  /** The head's form. */
  public PixelForm form() {
    return new PixelForm(taps, upscale, width, dropout, skip);
  }
}
