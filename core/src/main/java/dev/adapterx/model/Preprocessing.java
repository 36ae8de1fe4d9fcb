package dev.adapterx.model;

/**
 * What a backbone wants to see: part of its description, saved with every adapter and compared when
 * one is loaded, because a wrong normalisation silently costs tens of points.
 */
public sealed interface Preprocessing permits ImagePreprocessing, PointPreprocessing {
  /** {@code half}, {@code imagenet}, {@code none}, {@code unit-sphere} or numbers: for results. */
  String normalisation();

  /** Shape of one prepared input. */
  long[] inputShape();
}
