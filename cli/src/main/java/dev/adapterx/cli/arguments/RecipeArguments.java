package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Arguments shared by commands that run a recipe. */
public final class RecipeArguments {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RECIPE.yaml",
      description = "What to do, and on what.")
  @Nullable Path recipe;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Changes to the recipe, keys with dots.")
  public List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The run folder; by default runs/DATA-pretrained-1, -2 and so on.")
  public @Nullable Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Resume this run.")
  public @Nullable Path resume;

  /** The recipe to start with. */
  public Path required(String command) {
    if (recipe == null) {
      throw new ConfigException(
          "Expected a recipe, for example: adapterx " + command + " recipe.yaml; or --resume RUN");
    }
    return recipe;
  }

  /** The changes to a resumed run; the first may be in the place of a recipe. */
  public List<String> changes() {
    List<String> changes = new ArrayList<>(overrides);
    if (recipe != null) {
      changes.add(0, recipe.toString());
    }
    if (changes.stream().anyMatch(change -> !change.contains("="))) {
      throw new ConfigException(
          "Give either a recipe or --resume, not both: a run goes on with the recipe it began with,"
              + " perhaps changed by key=value");
    }
    return changes;
  }
}
