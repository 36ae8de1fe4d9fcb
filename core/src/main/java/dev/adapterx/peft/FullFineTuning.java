package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.tensor.NamedTensors;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Trains every tensor of the backbone: the ceiling, or what parameter-efficient methods claim to
 * beat. The frozen backbone stays as it is; the same layers run over fp32 masters, which are cast
 * to the compute type where they are used.
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
    Parameters parameters = new Parameters(rng);
    backbone
        .tensors()
        .forEach(
            (name, frozen) -> {
              if (!name.startsWith("head.") && !name.startsWith("head_dist.")) {
                parameters.copy(name, frozen);
              }
            });
    NamedTensors masters = parameters.named();
    Backbone trained = backbone.over(masters);
    Set<String> tokens =
        masters.names().stream()
            .filter(name -> name.endsWith("_token") || name.equals("pos_embed"))
            .collect(Collectors.toUnmodifiableSet());
    return new Tuner() {
      @Override
      public Backbone backbone() {
        return trained;
      }

      @Override
      public NamedTensors trainable() {
        return masters;
      }

      @Override
      public NamedTensors merged() {
        return masters;
      }

      @Override
      public Set<String> undecayed() {
        return tokens;
      }
    };
  }
}
