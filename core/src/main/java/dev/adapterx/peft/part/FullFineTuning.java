package dev.adapterx.peft.part;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.PartOfBackbone;

/**
 * Trains every tensor of the backbone: the ceiling, or what parameter-efficient methods claim to
 * beat. The frozen backbone stays as it is; the same layers run over fp32 masters, which are cast
 * to the compute type where they are used.
 *
 * <p>Batch norms take the batch's statistics in training, and their running ones follow.
 *
 * <p>Trainable: all of the backbone (classifier of the weights' own training excluded), four bytes
 * each, plus optimiser state.
 */
public record FullFineTuning() implements PeftMethod {
  @Override
  public String name() {
    return "full";
  }

  @Override
  public String title() {
    return "Full fine-tuning";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    return PartOfBackbone.of(backbone, name -> true, new Parameters(rng, backbone.device()))
        .withBatchStatistics();
  }
}
