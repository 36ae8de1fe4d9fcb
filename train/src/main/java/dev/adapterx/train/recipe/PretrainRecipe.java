package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.model.MaskedAutoencoder;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything a pre-training needs. The defaults are Point-MAE's: AdamW, 300 epochs in batches of
 * 128, lr 1e-3, weight decay 0.05, 10 warm-up epochs, scale-translate, 60 % hidden.
 *
 * <pre>{@code
 * backbone: {preset: point_192x6x6_c48_g64k32_1024}
 * pretrain: {mask: 0.6, decoder-depth: 4}
 * data: {path: scans}
 * train: {epochs: 100}
 * }</pre>
 */
public record PretrainRecipe(
    long seed,
    BackboneRecipe backbone,
    MaskedAutoencoder.Options pretrain,
    DataRecipe data,
    TrainRecipe train) {
  public PretrainRecipe {
    if (train.verifyFrozen()) {
      throw new ConfigException("train.verify-frozen: pre-training freezes nothing; leave it out");
    }
    if (train.labelSmoothing() > 0 || data.val() != null || data.holdOut() > 0) {
      throw new ConfigException(
          "pre-training looks at no labels and measures nothing held out; leave"
              + " train.label-smoothing, data.val and data.hold-out out");
    }
    if (train.patience() > 0 || train.timeLimit() > 0) {
      throw new ConfigException(
          "pre-training ends after train.epochs; leave train.patience and train.time-limit out");
    }
  }

  /** Point-MAE's; backbone and data are still to be named. */
  public static PretrainRecipe defaults() {
    return new PretrainRecipe(
        0,
        BackboneRecipe.defaults(),
        MaskedAutoencoder.Options.defaults(),
        DataRecipe.defaults().withAugment("scale-translate"),
        new TrainRecipe(
            300,
            128,
            16,
            false,
            null,
            1e-3,
            1e-6,
            0.1,
            10.0,
            1e-6,
            Schedule.COSINE,
            0.05,
            0.1,
            0,
            0,
            0,
            32,
            0,
            0,
            0,
            1,
            false));
  }

  /**
   * Reads a recipe file. Paths in it are relative to its folder.
   *
   * @param overrides {@code train.lr=0.01}: keys with dots, values as in YAML
   * @throws dev.adapterx.base.ConfigException naming file and key
   */
  public static PretrainRecipe read(Path file, List<String> overrides) {
    Path folder = file.toAbsolutePath().getParent();
    return read(RecipeText.of(file), overrides, file.toString())
        .relativeTo(folder == null ? Path.of("") : folder);
  }

  /** Reads a recipe's text; {@code place} names it in messages. */
  public static PretrainRecipe read(String yaml, List<String> overrides, String place) {
    PretrainRecipe d = defaults();
    ObjectNode tree = RecipeText.changed(RecipeText.tree(yaml, place), overrides, place, d.tree());
    return new PretrainRecipe(
        RecipeText.seed(tree, place),
        Settings.read(RecipeText.section(tree, "backbone"), d.backbone, place + ": backbone"),
        Settings.read(RecipeText.section(tree, "pretrain"), d.pretrain, place + ": pretrain"),
        DataRecipe.read(RecipeText.section(tree, "data"), d.data, place + ": data"),
        Settings.read(RecipeText.section(tree, "train"), d.train, place + ": train"));
  }

  /** The same recipe with its paths made absolute from a folder. */
  public PretrainRecipe relativeTo(Path folder) {
    return new PretrainRecipe(
        seed, backbone.relativeTo(folder), pretrain, data.relativeTo(folder), train);
  }

  /** The same recipe with its backbone bound to what its name is now. */
  public PretrainRecipe pinned(FetchListener listener) {
    return new PretrainRecipe(seed, backbone.pinned(listener), pretrain, data, train);
  }

  /** All keys with their values, as YAML: what a run folder keeps. */
  public String yaml() {
    return RecipeText.of(tree());
  }

  private ObjectNode tree() {
    ObjectNode tree = Settings.json().createObjectNode();
    tree.put("seed", seed);
    tree.set("backbone", Settings.tree(backbone));
    tree.set("pretrain", Settings.tree(pretrain));
    tree.set("data", Settings.tree(data));
    tree.set("train", Settings.tree(train));
    return tree;
  }
}
