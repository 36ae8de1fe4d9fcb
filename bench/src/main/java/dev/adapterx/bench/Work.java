package dev.adapterx.bench;

/** The timed work. */
enum Work {
  /** A whole optimiser step: forward, loss, backward, AdamW. */
  TRAIN,
  /** Prepared inputs to class probabilities. */
  INFER
}
