package dev.adapterx.train;

import dev.adapterx.model.BackboneInfo;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Native;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a result comes from: everything one would ask when it cannot be reproduced. */
record Provenance(Map<String, String> facts) {
  static Provenance of(Recipe recipe, TrainingData<?> task, AdaptedModel model) {
    Map<String, String> facts = new LinkedHashMap<>();
    BackboneInfo backbone = model.backbone().info();
    facts.put("method", model.method().title() + " " + model.method());
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
        "input",
        model.backbone().preprocessing()
            + ", normalisation "
            + model.backbone().preprocessing().normalisation()
            + ", from "
            + backbone.preprocessingSource());
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
    facts.put("training", recipe.train().toString());
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

  /** Adds what became of the frozen weights. */
  void frozen(String text) {
    facts.put("frozen weights", text);
  }

  /** Adds why the training ended before its last epoch. */
  void ended(String why) {
    facts.put("ended", why);
  }

  /** Adds what of the recipe was changed on the way. */
  void changes(List<String> changes) {
    if (!changes.isEmpty()) {
      facts.put("recipe changed", String.join("; ", changes));
    }
  }
}
