package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Normalisation;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.tensor.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Which backbone, and what about it differs from its own description.
 *
 * @param path a weight file or a folder with one; {@code embedded} is the one that ships with the
 *     library
 * @param preset instead of a path: a shape with random weights, for {@code params} and for training
 *     from scratch
 * @param inputSize pixels; other than the weights' own resizes the position embedding
 * @param normalisation where the file does not say or says it wrongly
 * @param cropPct input size over the resized shorter side; 1 resizes straight to the input size
 * @param heads where the file does not say
 * @param pooling what the head sees
 * @param precision of the frozen matrices
 */
public record BackboneRecipe(
    @Nullable String path,
    @Nullable String preset,
    @Nullable Integer inputSize,
    @Nullable Normalisation normalisation,
    @Nullable Double cropPct,
    @Nullable Integer heads,
    ViTConfig.@Nullable Pooling pooling,
    Precision precision) {
  public BackboneRecipe {
    if (path != null && preset != null) {
      throw new ConfigException("backbone: give either path or preset, not both");
    }
  }

  /** Nothing chosen. */
  public static BackboneRecipe defaults() {
    return new BackboneRecipe(null, null, null, null, null, null, null, Precision.AUTO);
  }
}
