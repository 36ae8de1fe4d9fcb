package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.RecipeText;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The subject of a training: a recipe, data, or keys alone.
 *
 * @param file the recipe; null if there is none
 * @param overrides keys with values, including that of the data if data are named
 */
public record Subject(@Nullable Path file, List<String> overrides) {

  /**
   * Distinguishes data from recipes and keys.
   *
   * @param first the first word of the command, if there is one
   * @throws ConfigException when it is none of them
   */
  public static Subject of(@Nullable String first, List<String> others) {
    if (first == null) {
      throw new ConfigException(
          "Expected what to train on, for example: adapterx train my-pictures, adapterx train"
              + " recipe.yaml, or --resume RUN");
    }
    boolean there = DataRecipe.isComputed(first) || Files.exists(path(first));
    if (!there && first.contains("=")) {
      List<String> all = new ArrayList<>(List.of(first));
      all.addAll(others);
      return new Subject(null, all);
    }
    if (isRecipe(first)) {
      return new Subject(path(first), others);
    }
    if (!there) {
      throw new ConfigException(
          "No such file or folder: "
              + first
              + ". Expected a folder of images or point clouds, or a recipe (.yaml)");
    }
    List<String> all = new ArrayList<>(List.of("data.path=\"" + escaped(first) + "\""));
    all.addAll(others);
    return new Subject(null, all);
  }

  /** Quoted as in YAML. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static boolean isRecipe(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return (lower.endsWith(".yaml") || lower.endsWith(".yml")) && !Files.isDirectory(path(name));
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigException("'" + text + "' can be no path: " + e.getReason(), e);
    }
  }

  public boolean isRecipe() {
    return file != null;
  }

  /** Names the keys in messages. */
  public String place() {
    return file == null ? "command line" : file.toString();
  }

  /** The recipe with its own defaults. */
  public Recipe recipe() {
    if (file == null) {
      throw new IllegalStateException("No recipe is named");
    }
    return Recipe.read(file, overrides);
  }

  /** The given settings without defaults; paths of a recipe are relative to its folder. */
  public ObjectNode keys() {
    if (file == null) {
      return Recipe.keys("", overrides, place());
    }
    ObjectNode keys = Recipe.keys(RecipeText.of(file), overrides, place());
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      resolve(keys.path("data"), folder);
      resolve(keys.path("backbone"), folder);
    }
    return keys;
  }

  /** Makes an existing path absolute. */
  public static void resolve(JsonNode section, Path folder) {
    String path = section.path("path").asString("");
    if (section instanceof ObjectNode object
        && !path.isEmpty()
        && !DataRecipe.isComputed(path)
        && Files.exists(folder.resolve(path))) {
      object.put("path", RecipeText.resolved(folder, path));
    }
  }
}
