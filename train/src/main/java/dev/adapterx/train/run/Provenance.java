package dev.adapterx.train.run;

import dev.adapterx.base.Settings;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.tensor.Native;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.RecipeText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Where a result comes from: everything one would ask when it cannot be reproduced. */
record Provenance(Map<String, String> facts) {
  static Provenance of(Recipe recipe, TrainingData<?> task, AdaptedModel model) {
    Map<String, String> facts = new LinkedHashMap<>();
    BackboneInfo backbone = model.backbone().info();
    facts.put(
        "method", model.method().title() + "; " + RecipeText.line(Settings.tree(model.method())));
    facts.put("parameters", model.parameters().text());
    facts.put("seed", Long.toString(recipe.seed()));
    facts.put(
        "backbone",
        backbone.name() + " (" + backbone.source() + " names), sha256 " + backbone.sha256());
    if (!backbone.origin().isEmpty()) {
      facts.put("backbone from", backbone.origin());
    }
    if (!backbone.within().isEmpty()) {
      facts.put("weights within", backbone.within());
    }
    if (!backbone.leftOut().isEmpty()) {
      facts.put("left out", String.join(", ", backbone.leftOut()) + " (of the backbone's files)");
    }
    facts.put(
        "input", model.backbone().preprocessing() + ", from " + backbone.preprocessingSource());
    facts.put(
        "precision",
        recipe
            .backbone()
            .precision()
            .on(model.backbone().device())
            .toString()
            .toLowerCase(java.util.Locale.ROOT));
    facts.put("device", model.backbone().device().toString());
    task.description().forEach((split, text) -> facts.put("data " + split, text));
    task.fingerprints().forEach((split, hash) -> facts.put("fingerprint " + split, hash));
    facts.put("augmentation", recipe.data().augmentation());
    facts.put("training", RecipeText.line(Settings.tree(recipe.train())));
    facts.put(
        "machine",
        Native.processor()
            + ", "
            + Native.threads()
            + " threads, "
            + (Native.totalMemory() >> 20)
            + " MiB, "
            + Native.instructionSets());
    facts.put(
        "java",
        System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.version")
            + " on "
            + System.getProperty("os.name"));
    facts.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Provenance(facts);
  }

  /**
   * What a user wants to see before a training: at most six lines, in the recipe's words, with the
   * keys alone that differ from their defaults.
   */
  static Map<String, String> header(Recipe recipe, TrainingData<?> task, AdaptedModel model) {
    Recipe defaults = Recipe.defaults();
    Map<String, String> lines = new LinkedHashMap<>();
    ObjectNode method = Settings.tree(model.method());
    ObjectNode usual = Settings.tree(Methods.entry(model.method().name(), "method"));
    lines.put("method", words(model.method().title(), RecipeText.differences(method, usual)));
    ParameterReport counted = model.parameters();
    lines.put(
        "parameters",
        String.format(
            Locale.ROOT,
            "%,d (%.2f %% of the backbone), %,d of them in the head",
            counted.trainable(),
            counted.trainablePercent(),
            counted.head()));
    ObjectNode backbone =
        RecipeText.differences(
            Settings.tree(recipe.backbone()), Settings.tree(defaults.backbone()));
    backbone.remove(List.of("path", "preset"));
    lines.put("backbone", words(recipe.backbone().name(), backbone));
    ObjectNode data =
        RecipeText.differences(Settings.tree(recipe.data()), Settings.tree(defaults.data()));
    data.remove(List.of("path", "text-cache"));
    lines.put("data", words(recipe.data().name() + ", " + splits(task), data));
    ObjectNode train =
        RecipeText.differences(Settings.tree(recipe.train()), Settings.tree(defaults.train()));
    lines.put("train", train.isEmpty() ? "as by default" : RecipeText.line(train));
    if (recipe.seed() != defaults.seed()) {
      lines.put("seed", Long.toString(recipe.seed()));
    }
    return lines;
  }

  private static String splits(TrainingData<?> task) {
    return "train "
        + task.train().data().size()
        + part("val", task.val())
        + part("test", task.test())
        + " "
        + task.modality().noun()
        + " of "
        + task.classes().size()
        + (task.classes().size() == 1 ? " class" : " classes");
  }

  private static String part(String role, @Nullable BatchLoader<?> split) {
    return split == null ? "" : ", " + role + " " + split.data().size();
  }

  /** What it is, and what of it is set. */
  static String words(String name, ObjectNode set) {
    return set.isEmpty() ? name : name + "; " + RecipeText.line(set);
  }

  /** Adds what became of the frozen weights. */
  void frozen(String text) {
    facts.put("frozen weights", text);
  }

  /** Adds why the training ended before its last epoch. */
  void ended(String why) {
    facts.put("ended", why);
  }

  /** Adds how many processes trained, if it was more than this one. */
  void ranks(int count) {
    if (count > 1) {
      facts.put("ranks", Integer.toString(count));
    }
  }

  /** Adds what of the recipe was changed on the way. */
  void changes(List<String> changes) {
    if (!changes.isEmpty()) {
      facts.put("recipe changed", String.join("; ", changes));
    }
  }
}
