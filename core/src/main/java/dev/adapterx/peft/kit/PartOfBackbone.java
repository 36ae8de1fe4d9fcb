package dev.adapterx.peft.kit;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.NamedTensors;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Trains some of the backbone's own tensors: the same layers run over fp32 master copies of these
 * and over the frozen rest. Always mergeable, and the identity at the start.
 */
public final class PartOfBackbone implements Tuner {
  private final Backbone trained;
  private final NamedTensors masters;
  private final NamedTensors whole;

  private PartOfBackbone(Backbone trained, NamedTensors masters, NamedTensors whole) {
    this.trained = trained;
    this.masters = masters;
    this.whole = whole;
  }

  /**
   * Trains the selected tensors and leaves the others frozen.
   *
   * @param part selects the trained tensors by name; running statistics and the classifier that
   *     came with the weights are never trained
   */
  public static PartOfBackbone of(
      Backbone backbone, Predicate<String> part, Parameters parameters) {
    backbone
        .tensors()
        .forEach(
            (name, frozen) -> {
              if (!BatchNorm.isStatistic(name)
                  && !backbone.classifier().owns(name)
                  && part.test(name)) {
                parameters.copy(name, frozen);
              }
            });
    NamedTensors masters = parameters.named();
    NamedTensors whole = backbone.tensors().and(masters);
    return new PartOfBackbone(backbone.over(whole), masters, whole);
  }

  /** The same, with batch norms that use the batch's statistics in training. */
  public PartOfBackbone withBatchStatistics() {
    return new PartOfBackbone(trained.withBatchStatistics(), masters, whole);
  }

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
    return masters.names().stream()
        .filter(PartOfBackbone::isUndecayed)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Tokens and positions, including Swin's bias tables. */
  private static boolean isUndecayed(String name) {
    return name.endsWith("_token")
        || name.equals("pos_embed")
        || name.endsWith("relative_position_bias_table");
  }
}
