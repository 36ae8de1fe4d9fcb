package dev.adapterx.peft.part;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.NamedTensors;

/**
 * Trains the head alone on frozen features. Trainable in the backbone: 0. The baseline any method
 * has to beat.
 */
public record LinearProbe() implements PeftMethod {
  @Override
  public String name() {
    return "linear-probe";
  }

  @Override
  public String title() {
    return "Linear probe";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    NamedTensors nothing = NamedTensors.none();
    return new Tuner() {
      @Override
      public Backbone backbone() {
        return backbone;
      }

      @Override
      public NamedTensors trainable() {
        return nothing;
      }

      @Override
      public NamedTensors merged() {
        throw new ConfigException(
            "there is nothing to merge: the backbone is unchanged, and the head is all of the adapter");
      }

      @Override
      public boolean hasFixedFeatures() {
        return true;
      }
    };
  }
}
