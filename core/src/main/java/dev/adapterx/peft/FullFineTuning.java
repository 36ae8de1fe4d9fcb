package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.tensor.NamedTensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

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
    Parameters parameters = new Parameters(rng);
    Map<String, Tensor> statistics = new LinkedHashMap<>();
    backbone
        .tensors()
        .forEach(
            (name, frozen) -> {
              if (BatchNorm.isStatistic(name)) {
                statistics.put(name, frozen);
              } else if (!backbone.isHead(name)) {
                parameters.copy(name, frozen);
              }
            });
    NamedTensors masters = parameters.named();
    NamedTensors whole = masters.and(NamedTensors.of(statistics));
    Backbone trained = backbone.over(whole).withBatchStatistics();
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
        return whole;
      }

      @Override
      public Set<String> undecayed() {
        return tokens;
      }
    };
  }
}
