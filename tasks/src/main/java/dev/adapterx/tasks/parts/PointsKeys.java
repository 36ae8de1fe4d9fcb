package dev.adapterx.tasks.parts;

import dev.adapterx.dense.parts.PartForm;
import java.util.List;

/**
 * The lean head, {@code head: {kind: points, …}}.
 *
 * @param taps the blocks whose groups are read, from 0 and rising; empty: three, evenly spaced, the
 *     last one among them
 * @param width channels that groups are projected to
 * @param dropout share of values that are dropped before the last layer while training
 * @param classWeights what a point weighs in the loss: all the same, or by the cube root of how
 *     rare its class is
 */
public record PointsKeys(List<Integer> taps, int width, double dropout, ClassWeights classWeights)
    implements PartHeadKeys {
  /** What {@code kind} says. */
  static final String KIND = "points";

  public PointsKeys {
    taps = List.copyOf(taps);
    new PartForm(PartForm.Kind.POINTS, taps, width, dropout); // says what is wrong
  }

  /** As {@link PartForm#defaults()}, all classes alike. */
  public static PointsKeys defaults() {
    PartForm form = PartForm.defaults();
    return new PointsKeys(form.taps(), form.width(), form.dropout(), ClassWeights.NONE);
  }

  @Override
  public PartForm form() {
    return new PartForm(PartForm.Kind.POINTS, taps, width, dropout);
  }
}
