package dev.adapterx.peft.part;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.PartOfBackbone;

/**
 * Trains every tensor of the backbone: the upper bound, or what parameter-efficient methods claim
 * to beat. The frozen backbone is unchanged; the same layers run over fp32 master copies, which are
 * cast to the compute dtype where they are used.
 *
 * <p>Batch norms use the batch's statistics in training and update their running statistics.
 *
 * <p>Trainable: all of the backbone (without the classifier that came with the weights), four bytes
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
