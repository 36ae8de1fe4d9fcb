package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.preset.FittingRecipe;
import dev.adapterx.train.preset.Quality;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Arguments shared by commands that train many runs. */
public final class StudyArguments {
  @Parameters(
      index = "0",
      paramLabel = "DATA|RECIPE.yaml",
      description =
          "What all runs have in common. Of a folder or file of images or point clouds the rest is"
              + " chosen as train does, for each method by itself.")
  String subject;

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
  public Path out;

  @Option(names = "--retry", description = "Try runs again that failed.")
  public boolean retry;

  @Option(
      names = "--record",
      paramLabel = "FOLDER",
      description = {
        "Keep one small file of every finished run here as well, to be put under version control."
            + " What is recorded is not trained again, on any machine; adapterx results FOLDER"
            + " prints it."
      })
  public @Nullable Path record;

  private @Nullable String train;

  public Recipe read() {
    return read(List.of());
  }

  /** As {@link #read()}; of data that do not say which split to train on, this one. */
  public Recipe readFor(@Nullable String split) {
    train = split;
    return read();
  }

  /** With further changes before those of the command line. */
  public Recipe read(List<String> before) {
    for (String override : overrides) {
      if (override.startsWith("seed=")) {
        String seed = override.substring("seed=".length());
        throw new ConfigException(
            "'%s': a study has its seeds by options: of compare and ablate --seeds %s, (with the comma this seed alone), of tune --seed %s"
                .formatted(override, seed, seed));
      }
    }
    List<String> all = new ArrayList<>(before);
    all.addAll(overrides);
    Subject named = Subject.of(subject, all);
    if (named.isRecipe()) {
      return named.recipe();
    }
    if (!before.isEmpty()) {
      throw new ConfigException(
          "--suite: expected a recipe with it, found '"
              + subject
              + "'; the suite names the data, the recipe what is trained");
    }
    return FittingRecipe.of(named.keys(), Quality.GOOD, named.place(), train).recipe();
  }

  /** A method with settings that suit it and the data, unless a recipe sets them. */
  Variant fitted(Variant variant, Recipe read) {
    Subject named = Subject.of(subject, overrides);
    if (named.isRecipe() || !Methods.entries().contains(variant.name())) {
      return variant;
    }
    ObjectNode keys = named.keys();
    if (!variant.name().equals(read.method().name())) {
      String[] entry = variant.name().split(":", 2);
      ObjectNode method = keys.putObject("method").put("name", entry[0]);
      if (entry.length > 1) {
        method.put("preset", entry[1]);
      }
    }
    ObjectNode made = FittingRecipe.of(keys, Quality.GOOD, named.place(), train).recipe().tree();
    List<String> changes = new ArrayList<>();
    changes.add("method=" + made.get("method"));
    for (Map.Entry<String, JsonNode> key : made.path("train").properties()) {
      changes.add("train." + key.getKey() + "=" + key.getValue());
    }
    return new Variant(variant.name(), changes);
  }

  /** The command line takes precedence over recipes of methods and tasks. */
  public List<String> last() {
    return overrides.stream().filter(o -> o.startsWith("train.")).toList();
  }
}
