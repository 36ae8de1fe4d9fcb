package dev.adapterx.tasks.parts;

/** Weights of classes in the loss. */
public enum ClassWeights {
  /** All the same. */
  NONE,
  /** {@code (largest share / share)^⅓} of a class among the labelled training points. */
  FREQUENCY
}
