package dev.adapterx.bench;

/** What is timed. */
enum Work {
  /** A whole optimiser step: forward, loss, backward, AdamW. */
  TRAIN,
  /** Prepared inputs to class probabilities. */
  INFER
}
