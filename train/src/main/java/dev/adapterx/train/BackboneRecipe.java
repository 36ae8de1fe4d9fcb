package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.Normalisation;
import dev.adapterx.model.PointConfig;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.tensor.Precision;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which backbone, and what about it differs from its own description.
 *
 * @param path a weight file or a folder with one; {@code embedded} and {@code embedded-points} are
 *     those that ship with the library
 * @param preset instead of a path: a shape with random weights, for {@code params} and for training
 *     from scratch
 * @param inputSize pixels; other than the weights' own resizes the position embedding
 * @param normalisation where the file does not say or says it wrongly
 * @param cropPct input size over the resized shorter side; 1 resizes straight to the input size
 * @param heads where the file does not say
 * @param pooling what the head sees
 * @param points of a point transformer: N points a cloud
 * @param groups of a point transformer: G groups
 * @param neighbours of a point transformer: K points a group
 * @param positions of a point transformer: added in every block (Point-MAE) or once (DAPT)
 * @param batchNorm of a point transformer: whether the running statistics of a frozen encoder stay
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
    @Nullable Integer points,
    @Nullable Integer groups,
    @Nullable Integer neighbours,
    PointConfig.@Nullable Positions positions,
    @Nullable BatchStatistics batchNorm,
    Precision precision) {
  public BackboneRecipe {
    if (path != null && preset != null) {
      throw new ConfigException("backbone: give either path or preset, not both");
    }
  }

  /** Nothing chosen. */
  public static BackboneRecipe defaults() {
    return new BackboneRecipe(
        null, null, null, null, null, null, null, null, null, null, null, null, Precision.AUTO);
  }

  /** As the loader of backbones wants to be told. */
  public Backbones.Options options() {
    return new Backbones.Options(
        inputSize,
        normalisation,
        cropPct,
        heads,
        pooling,
        precision,
        new Backbones.PointOptions(points, groups, neighbours, positions, batchNorm));
  }

  /** This with another precision. */
  public BackboneRecipe with(Precision other) {
    return with("precision", Settings.json().valueToTree(other));
  }

  private BackboneRecipe with(String key, JsonNode value) {
    ObjectNode tree = Settings.tree(this);
    tree.set(key, value);
    return Settings.convert(tree, BackboneRecipe.class, "backbone");
  }

  /** What results call it: the preset, or the end of the path. */
  String name() {
    if (path == null) {
      return String.valueOf(preset);
    }
    Path file = Path.of(path);
    int names = file.getNameCount();
    return names < 2 ? path : file.subpath(names - 2, names).toString();
  }

  /** Whether the path names a backbone that ships with the library. */
  boolean isEmbedded() {
    return path != null && Backbones.EMBEDDED.contains(path);
  }

  /** This with its path made absolute from a folder. */
  BackboneRecipe relativeTo(Path folder) {
    return path == null || isEmbedded()
        ? this
        : with("path", Settings.json().valueToTree(RecipeText.resolved(folder, path)));
  }
}
