package dev.adapterx.model.input;

import org.bytedeco.pytorch.Tensor;

/**
 * How a backbone's input is prepared: part of its description, saved with every adapter and
 * compared when one is loaded, because a wrong normalisation silently costs tens of points.
 */
public sealed interface Preprocessing permits ImagePreprocessing, PointPreprocessing {
  /** {@code half}, {@code imagenet}, {@code none}, {@code unit-sphere} or numbers: for results. */
  String normalisation();

  /** Shape of one prepared input. */
  long[] inputShape();

  /**
   * Finishes the preparation on the input's device: point clouds (B, N, 3) are grouped; finished
   * input is returned unchanged.
   *
   * @throws dev.adapterx.base.AdapterXException when that is impossible
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
