package dev.adapterx.cli.output;

import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Fetches a backbone before a command uses it, so that the user sees the download. */
public final class Fetches {
  private Fetches() {}

  /** Fetches the backbone of a recipe, unless it is available locally. */
  public static void of(Recipe recipe, CommandSpec spec) {
    BackboneRecipe backbone = recipe.backbone();
    if (backbone.elsewhere()) {
      try (FetchBar bar = new FetchBar(spec)) {
        backbone.found(bar);
      }
    }
  }

  /** Fetches the backbone of a run. */
  public static void of(Path run, CommandSpec spec) {
    of(recipe(run), spec);
  }

  /** A run's recipe; nothing else of the run is opened. */
  public static Recipe recipe(Path run) {
    return Recipe.read(RunFolder.existing(run).recipe(), List.of());
  }
}
