package dev.adapterx.model.input;

import org.bytedeco.pytorch.Tensor;

/**
 * What a backbone wants to see: part of its description, saved with every adapter and compared when
 * one is loaded, because a wrong normalisation silently costs tens of points.
 */
public sealed interface Preprocessing permits ImagePreprocessing, PointPreprocessing {
  /** {@code half}, {@code imagenet}, {@code none}, {@code unit-sphere} or numbers: for results. */
  String normalisation();

  /** Shape of one prepared input. */
  long[] inputShape();

  /**
   * What was handed over, prepared to the end on the device where it is: clouds of points (B, N, 3)
   * are grouped; whatever is prepared already stays as it is.
   *
   * @throws dev.adapterx.base.AdapterXException when it cannot be
   */
  default Tensor finished(Tensor input) {
    return input;
  }

  /**
   * Refuses an input of another size than a pooled feature is trained on.
   *
   * @throws dev.adapterx.base.AdapterXException naming both
   */
  default void requireInput(Tensor input) {}
}
