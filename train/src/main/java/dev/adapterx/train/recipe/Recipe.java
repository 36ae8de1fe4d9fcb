package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.BitFit;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything a training run needs, as YAML or as records: whatever one can say, so can the other.
 *
 * <pre>{@code
 * seed: 0
 * backbone: {path: vit_tiny_patch16_224.safetensors}
 * method: {name: adapter-x, scale: 1.0}
 * data: {path: cifar10, train: train800val200, test: test}
 * train: {epochs: 20, lr: 0.005}
 * }</pre>
 */
public record Recipe(
    long seed,
    BackboneRecipe backbone,
    PeftMethod method,
    TaskRecipe task,
    DataRecipe data,
    TrainRecipe train) {
  public Recipe {
    if (train.patience() > 0 && data.chosenOn() == null) {
      throw new ConfigException(
          "train.patience: nothing says which epoch is better; name data.val, or hold a part of the"
              + " training split out with data.hold-out=0.2");
    }
    if (backbone.precision() == Precision.INT8) {
      requireInt8(method, train);
    }
  }

  private static void requireInt8(PeftMethod method, TrainRecipe train) {
    if (method instanceof FullFineTuning || method instanceof BitFit) {
      throw new ConfigException(
          "backbone.precision=int8 is for linear layers that stay as they are, and "
              + method.name()
              + " trains them. Train with backbone.precision=auto, and then evaluate and predict"
              + " with --precision int8");
    }
    if (train.checkpointing()) {
      throw new ConfigException(
          "backbone.precision=int8 and train.checkpointing=true exclude each other: what is"
              + " recomputed has no gradient through int8. Leave one of them out");
    }
  }

  /** Adapter-X with every default; backbone and data are still to be named. */
  public static Recipe defaults() {
    return new Recipe(
        0,
        BackboneRecipe.defaults(),
        new AdapterX(),
        TaskRecipe.defaults(),
        DataRecipe.defaults(),
        TrainRecipe.defaults());
  }

  /**
   * Reads a recipe file. Paths in it are relative to its folder.
   *
   * @param overrides {@code train.lr=0.01}: keys with dots, values as in YAML
   * @throws ConfigException naming file and key
   */
  public static Recipe read(Path file, List<String> overrides) {
    Path folder = file.toAbsolutePath().getParent();
    return read(RecipeText.of(file), overrides, file.toString())
        .relativeTo(folder == null ? Path.of("") : folder);
  }

  /**
   * The keys that a recipe's text and changes to it set, without those that have their defaults.
   *
   * @param yaml may be empty
   * @param overrides {@code train.lr=0.01}: keys with dots, values as in YAML
   * @throws ConfigException naming place and key
   */
  public static ObjectNode keys(String yaml, List<String> overrides, String place) {
    ObjectNode tree = RecipeText.tree(yaml, place);
    return RecipeText.changed(tree, overrides, place, known(tree));
  }

  /** Reads a recipe's text; {@code place} names it in messages. */
  public static Recipe read(String yaml, List<String> overrides, String place) {
    return read(keys(yaml, overrides, place), place);
  }

  /**
   * The recipe's keys whose last part a word is: {@code lr} is that of {@code train.lr}.
   *
   * @param word a last part, or a whole key
   */
  public static List<String> keysNamed(String word) {
    return RecipeText.keys(word, known(Settings.json().createObjectNode()));
  }

  /** Every key there may be beside a recipe's method. */
  private static ObjectNode known(ObjectNode recipe) {
    ObjectNode all = defaults().tree();
    JsonNode method = recipe.path("method");
    String name = (method.isObject() ? method.path("name") : method).asString("");
    if (Methods.names().contains(name)) {
      all.set("method", Methods.write(Methods.entry(name, "method")));
    }
    all.putNull("task");
    ObjectNode data = (ObjectNode) all.path("data");
    for (TaskKeys task : TaskKeys.all().all()) {
      data.set(task.dataKey(), Settings.tree(task.dataDefaults()));
    }
    return all;
  }

  /**
   * Reads a recipe's keys, as {@link #keys} gives them.
   *
   * @param place names them in messages
   */
  public static Recipe read(ObjectNode tree, String place) {
    Recipe defaults = defaults();
    JsonNode method = tree.path("method");
    return new Recipe(
        RecipeText.seed(tree, place),
        Settings.read(
            RecipeText.section(tree, "backbone"), defaults.backbone, place + ": backbone"),
        method.isMissingNode() ? defaults.method : Methods.read(method, place + ": method"),
        TaskRecipe.read(tree, place),
        DataRecipe.read(RecipeText.section(tree, "data"), place + ": data"),
        Settings.read(RecipeText.section(tree, "train"), defaults.train, place + ": train"));
  }

  /** The same recipe with its paths made absolute from a folder. */
  public Recipe relativeTo(Path folder) {
    return new Recipe(
        seed, backbone.relativeTo(folder), method, task, data.relativeTo(folder), train);
  }

  /** The same recipe with its backbone bound to what its name is now. */
  public Recipe pinned(FetchListener listener) {
    return new Recipe(seed, backbone.pinned(listener), method, task, data, train);
  }

  /**
   * This with some of its keys changed; paths stay as they are given.
   *
   * @param overrides {@code train.lr=0.01}: keys with dots, values as in YAML
   * @param place names the changes in messages
   * @throws ConfigException naming place and key
   */
  public Recipe with(List<String> overrides, String place) {
    return read(RecipeText.changed(tree(), overrides, place, known(tree())), place);
  }

  /** This with another seed. */
  public Recipe withSeed(long other) {
    return new Recipe(other, backbone, method, task, data, train);
  }

  /** The task of a run with these classes, where it is to name them. */
  public Classification classification(List<String> classes) {
    return new Classification(classes, task.head());
  }

  /** The head of a classification. */
  public ClassHead.Kind head() {
    return task.head();
  }

  /** This with another task. */
  public Recipe with(TaskRecipe other) {
    return new Recipe(seed, backbone, method, other, data, train);
  }

  /** All keys with their values. */
  public ObjectNode tree() {
    ObjectNode tree = Settings.json().createObjectNode();
    tree.put("seed", seed);
    tree.set("backbone", Settings.tree(backbone));
    tree.set("method", Methods.write(method));
    ObjectNode section = Settings.tree(data);
    task.write(tree, section);
    tree.set("data", section);
    tree.set("train", Settings.tree(train));
    return tree;
  }

  /** All keys with their values, as YAML: what a run folder keeps. */
  public String yaml() {
    return RecipeText.of(tree());
  }
}
