package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.train.run.ParameterCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged recipes: each is read, and reads back equal, or is refused. */
class RecipeFuzzTest {
  private static final Path RECIPES = Path.of("../recipes");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "example.yaml, 700",
    "compare-cifar.yaml, 300",
    "psb.yaml, 300",
  })
  void of_trainings(String name, int share) throws IOException {
    Fuzz.Tally tally =
        new Fuzz(name, Files.readAllBytes(RECIPES.resolve(name)), share)
            .reading(
                ConfigException.class,
                mutant -> {
                  Path file = Files.write(folder.resolve("recipe.yaml"), mutant);
                  try {
                    Recipe recipe = Recipe.read(file, List.of());
                    assertThat(Recipe.read(recipe.yaml(), List.of(), "again")).isEqualTo(recipe);
                  } catch (ConfigException e) {
                    assertThat(e.getMessage()).hasSizeLessThan(8000);
                    throw e;
                  }
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
    requireNothingElse("recipe.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pretrain-psb.yaml"})
  void of_pretraining(String name) throws IOException {
    new Fuzz(name, Files.readAllBytes(RECIPES.resolve(name)), 300)
        .reading(
            ConfigException.class,
            mutant ->
                PretrainRecipe.read(Files.write(folder.resolve("recipe.yaml"), mutant), List.of()));
  }

  /** What a user gets to see of a recipe that reads: counts, or why there are none. */
  @ParameterizedTest
  @ValueSource(strings = {"adapter-x", "lora", "vpt", "fact", "vera", "convpass", "mosa", "ssf"})
  void counting_parameters(String method) throws IOException {
    Recipe recipe =
        Recipe.read(
            "{backbone: {preset: vit_32x2x2_patch8_32}, method: " + method + "}",
            List.of(),
            "original");
    byte[] original = recipe.yaml().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    new Fuzz("params of " + method, original, 50)
        .reading(
            AdapterXException.class,
            mutant -> {
              Path file = Files.write(folder.resolve("recipe.yaml"), mutant);
              Recipe read = Recipe.read(file, List.of());
              if ("vit_32x2x2_patch8_32".equals(read.backbone().preset())) {
                ParameterCount.of(read, ParameterCount.HeadOf.NONE);
              }
            });
  }

  private void requireNothingElse(String... names) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }
}
