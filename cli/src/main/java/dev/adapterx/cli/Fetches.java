package dev.adapterx.cli;

import dev.adapterx.train.BackboneRecipe;
import dev.adapterx.train.Recipe;
import dev.adapterx.train.RunFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** Fetches a backbone before a command works with it, so that whoever waits sees what for. */
final class Fetches {
  private Fetches() {}

  /** What a recipe names, unless it is on this machine anyway. */
  static void of(Recipe recipe, PrintWriter err) {
    BackboneRecipe backbone = recipe.backbone();
    if (backbone.elsewhere()) {
      try (FetchBar bar = new FetchBar(err)) {
        backbone.found(bar);
      }
    }
  }

  /** What a run was trained on. */
  static void of(Path run, PrintWriter err) {
    of(Recipe.read(RunFolder.existing(run).recipe(), List.of()), err);
  }
}
