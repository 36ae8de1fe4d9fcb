package dev.adapterx.tasks.parts;

import dev.adapterx.dense.parts.PartForm;
import java.util.List;

/**
 * Point-MAE's own head, {@code head: {kind: point-mae, …}}.
 *
 * @param taps the blocks whose groups are read, from 0 and rising; empty: three, evenly spaced, the
 *     last one among them
 * @param dropout share of values that are dropped before the last two layers while training
 * @param classWeights what a point weighs in the loss: all the same, or by the cube root of how
 *     rare its class is
 */
public record PointMaeKeys(List<Integer> taps, double dropout, ClassWeights classWeights)
    implements PartHeadKeys {
  /** What {@code kind} says. */
  static final String KIND = "point-mae";

  public PointMaeKeys {
    taps = List.copyOf(taps);
    new PartForm(PartForm.Kind.POINT_MAE, taps, 1, dropout); // says what is wrong
  }

  /** Three taps, half dropped, all classes alike. */
  public static PointMaeKeys defaults() {
    PartForm form = PartForm.of(PartForm.Kind.POINT_MAE);
    return new PointMaeKeys(form.taps(), form.dropout(), ClassWeights.NONE);
  }

  @Override
  public PartForm form() {
    PartForm usual = PartForm.of(PartForm.Kind.POINT_MAE);
    return new PartForm(PartForm.Kind.POINT_MAE, taps, usual.width(), dropout);
  }
}
