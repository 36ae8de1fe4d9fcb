package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands that train many runs have in common. */
final class StudyArguments {
  @Parameters(
      index = "0",
      paramLabel = "RECIPE.yaml",
      description = "What all runs have in common.")
  Path recipe;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Changes to the recipe, keys with dots.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the runs and the results go; what is there already goes on.")
  Path out;

  @Option(names = "--retry", description = "Try runs again that failed.")
  boolean retry;

  @Option(
      names = "--record",
      paramLabel = "FOLDER",
      description = {
        "Keep one small file of every finished run here as well, to be put under version control."
            + " What is recorded is not trained again, on whatever machine; adapterx results FOLDER"
            + " prints it."
      })
  @Nullable Path record;

  Recipe read() {
    return read(List.of());
  }

  /** With further changes before those of the command line. */
  Recipe read(List<String> before) {
    for (String override : overrides) {
      if (override.startsWith("seed=")) {
        throw new ConfigException("'" + override + "': give seeds with --seeds or --seed");
      }
    }
    List<String> all = new ArrayList<>(before);
    all.addAll(overrides);
    return Recipe.read(recipe, all);
  }

  /** What was said on the command line wins over recipes of methods and tasks. */
  List<String> last() {
    return overrides.stream().filter(o -> o.startsWith("train.")).toList();
  }
}
