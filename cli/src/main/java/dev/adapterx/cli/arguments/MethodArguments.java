package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.Variant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The methods of a study. */
public final class MethodArguments {
  @Option(
      names = "--methods",
      required = true,
      split = ",",
      paramLabel = "METHOD",
      description =
          "Methods by name (with their defaults; the recipe's own method with the recipe's"
              + " settings), NAME:PRESET, or recipe files, of which method and train count.")
  List<String> methods = new ArrayList<>();

  public List<Variant> variants(StudyArguments study, Recipe read) {
    List<Variant> variants = Variant.of(methods, read);
    boolean own = methods.contains(read.method().name());
    for (String override : study.overrides) {
      if (override.startsWith("method") && !own) {
        throw new ConfigException(
            "'"
                + override
                + "': changes the recipe's own method "
                + read.method().name()
                + ", which --methods does not name. Name it there, or give methods their settings"
                + " in recipe files");
      }
    }
    return variants.stream().map(variant -> study.fitted(variant, read)).toList();
  }
}
