package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.RecipeText;
import dev.adapterx.train.suite.SuiteTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What methods are compared on: data, and what else of a recipe goes with them.
 *
 * @param name unique in a study; names a folder
 * @param group of tasks whose means are averaged, such as VTAB-1k's Natural; absent: none
 * @param overrides of the recipe: {@code data.path=...}, {@code head=mlp}, {@code train.batch=32}
 * @param scale the {@code method.scale} that was published for it, for methods that have such a
 *     setting; absent: they keep theirs
 */
public record Task(
    String name, @Nullable String group, List<String> overrides, @Nullable Double scale) {
  private static final List<String> KEYS =
      List.of("name", "group", "data", "task", "head", "train");

  public Task {
    overrides = List.copyOf(overrides);
    if (FolderName.of(name).isEmpty()) {
      throw new ConfigException("A task needs a name of letters or digits, found '" + name + "'");
    }
  }

  public Task(String name, @Nullable String group, List<String> overrides) {
    this(name, group, overrides, null);
  }

  /**
   * Of a published benchmark.
   *
   * @param scaled whether methods are to take the published scale
   */
  public static Task of(SuiteTask task, boolean scaled) {
    return new Task(task.name(), task.group(), task.overrides(), scaled ? task.scale() : null);
  }

  /** The recipe's own data. */
  public static Task own(Recipe recipe) {
    return new Task(recipe.data().name(), null, List.of());
  }

  /**
   * Of a command line: a data folder or file, computed data ({@code formula:10x50}), or a YAML file
   * with a {@code data} section and perhaps {@code head}, {@code train}, {@code name} and {@code
   * group}. Paths in a file are relative to its folder.
   *
   * @throws ConfigException naming entry and key
   */
  public static Task of(String entry) {
    if (entry.matches(".*\\.ya?ml")) {
      return of(Path.of(entry));
    }
    if (DataRecipe.isComputed(entry)) {
      return new Task(entry, null, List.of("data.path='" + entry + "'"));
    }
    Path folder = Path.of(RecipeText.resolved(Path.of("").toAbsolutePath(), entry));
    if (!Files.exists(folder)) {
      throw new ConfigException(
          "--tasks: there is no '"
              + entry
              + "': expected a data folder, a YAML file with a data section, or computed data such"
              + " as formula:10x50");
    }
    return new Task(
        String.valueOf(folder.getFileName()), null, List.of("data.path=" + quoted(folder)));
  }

  private static Task of(Path file) {
    ObjectNode tree = RecipeText.tree(RecipeText.of(file), List.of(), file.toString(), KEYS);
    List<String> overrides = new ArrayList<>();
    Path folder = file.toAbsolutePath().getParent();
    for (Map.Entry<String, JsonNode> key : tree.path("data").properties()) {
      boolean path = List.of("path", "text-cache").contains(key.getKey());
      boolean placed =
          path && key.getValue().isString() && !DataRecipe.isComputed(key.getValue().asString());
      overrides.add(
          "data."
              + key.getKey()
              + "="
              + (placed && folder != null
                  ? quoted(Path.of(RecipeText.resolved(folder, key.getValue().asString())))
                  : key.getValue()));
    }
    if (overrides.isEmpty()) {
      throw new ConfigException(
          file + ": data: expected keys such as 'path', found " + tree.path("data"));
    }
    if (tree.has("task")) {
      overrides.add("task=" + tree.get("task"));
    }
    if (tree.has("head")) {
      overrides.add("head=" + tree.get("head"));
    }
    for (Map.Entry<String, JsonNode> key : tree.path("train").properties()) {
      overrides.add("train." + key.getKey() + "=" + key.getValue());
    }
    JsonNode group = tree.path("group");
    return new Task(
        tree.path("name").asString(FolderName.stem(file)),
        group.isString() ? group.asString() : null,
        overrides);
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }
}
