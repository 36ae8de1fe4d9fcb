package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;

/**
 * A method whose layers may be another one's for each sample of a batch: one forward pass then
 * serves many adapters. Matrices are (B, D_out, D_in) there, vectors (B, 1, D), tensors of more
 * dimensions (B, …); the tuner computes the same formulas with them, in evaluation.
 */
public interface Bankable extends PeftMethod {
  @Override
  default Tuner attach(Backbone backbone, Rng rng) {
    return attach(backbone, new Parameters(rng, backbone.device()));
  }

  /** Whether these settings can be stacked. */
  default boolean isBankable() {
    return true;
  }

  /** As {@link #attach(Backbone, Rng)}, with all its tensors from {@code parameters}. */
  Tuner attach(Backbone backbone, Parameters parameters);
}
