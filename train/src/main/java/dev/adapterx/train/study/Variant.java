package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.RecipeText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A method as it takes part in a study.
 *
 * @param name unique in a study; names a folder
 * @param overrides of the recipe: its method and training settings
 */
public record Variant(String name, List<String> overrides) {
  private static final List<String> KEYS =
      List.of("seed", "backbone", "method", "task", "head", "data", "train");

  public Variant {
    overrides = List.copyOf(overrides);
    if (FolderName.of(name).isEmpty()) {
      throw new ConfigException("A method needs a name of letters or digits, found '" + name + "'");
    }
  }

  /**
   * Of a command line: methods' names, {@code name:preset}, or recipe files, of which method and
   * train sections count. The name of the recipe's own method stands for the recipe's settings of
   * it; of any other for its defaults.
   *
   * @throws ConfigException for an unknown or a repeated one
   */
  public static List<Variant> of(List<String> entries, Recipe recipe) {
    List<Variant> variants = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String entry : entries) {
      Variant variant = of(entry, recipe);
      if (!names.add(FolderName.of(variant.name))) {
        throw new ConfigException(
            "--methods: '"
                + variant.name
                + "' is named twice; a recipe file goes by its name, give it another");
      }
      variants.add(variant);
    }
    if (variants.isEmpty()) {
      throw new ConfigException(
          "--methods: expected methods such as linear-probe,adapter-x, found none");
    }
    return variants;
  }

  private static Variant of(String entry, Recipe recipe) {
    if (entry.matches(".*\\.ya?ml|.*[/\\\\].*")) {
      return of(Path.of(entry));
    }
    if (entry.equals(recipe.method().name())) {
      return new Variant(entry, List.of());
    }
    return new Variant(
        entry, List.of("method=" + Methods.write(Methods.entry(entry, "--methods"))));
  }

  private static Variant of(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          "--methods: there is no recipe "
              + file
              + "; expected a file, or one of the methods "
              + String.join(", ", Methods.names()));
    }
    ObjectNode tree = RecipeText.tree(RecipeText.of(file), List.of(), file.toString(), KEYS);
    JsonNode method = tree.path("method");
    if (method.isMissingNode()) {
      throw new ConfigException(
          file + ": method: expected a method's name or settings, found none");
    }
    Methods.read(method, file + ": method");
    List<String> overrides = new ArrayList<>();
    overrides.add("method=" + method);
    for (Map.Entry<String, JsonNode> key : tree.path("train").properties()) {
      overrides.add("train." + key.getKey() + "=" + key.getValue());
    }
    return new Variant(FolderName.stem(file), overrides);
  }
}
