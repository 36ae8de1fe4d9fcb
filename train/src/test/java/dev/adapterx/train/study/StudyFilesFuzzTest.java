package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.Results;
import dev.adapterx.train.run.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files that studies read: grids, tasks, recipes as methods, what runs left. */
class StudyFilesFuzzTest {
  private static final String RUN =
      """
      {
        "method" : "Adapter-X (parallel)",
        "backbone" : "vit_tiny",
        "data" : "pets",
        "best-epoch" : 3,
        "test-accuracy-last" : 87.5,
        "test-accuracy-best" : 88.25,
        "parameters" : { "peft" : 1200, "head" : 33, "trainable" : 1233, "trainable-percent" : 0.2,
          "stored" : 1233, "backbone" : 5500000 },
        "normalisation" : "half",
        "peak-resident-bytes" : 734003200
      }
      """;
  private static final String METRICS =
      """
      {"epoch":1,"loss":1.5,"val-accuracy":50.0,"seconds":1.25,"samples-per-second":812.5}
      {"epoch":2,"loss":1.25,"val-accuracy":"NaN","seconds":1.5,"samples-per-second":800}
      """;

  @TempDir Path folder;

  @Test
  void grids() throws IOException {
    byte[] original;
    try (InputStream in = Grid.class.getResourceAsStream("grids.yaml")) {
      original = in.readAllBytes();
    }
    new Fuzz("grids.yaml", original, 500)
        .reading(
            ConfigException.class,
            mutant -> {
              Map<String, Grid> grids =
                  Grid.read(Files.write(folder.resolve("grids.yaml"), mutant));
              for (Grid grid : grids.values()) {
                grid.extended(12).sample(4, Rng.of(1, "grid"));
              }
            });
  }

  @Test
  void tasks() {
    String task =
        """
        name: pets
        group: natural
        head: mlp
        data: {path: pictures, train: train, test: test, augment: none, mixup: 0.5}
        train: {epochs: 10, lr: 1e-3}
        """;
    Path file = folder.resolve("task.yaml");
    Recipe recipe = Recipe.defaults();
    new Fuzz("task.yaml", bytes(task), 500)
        .reading(
            ConfigException.class,
            mutant -> {
              Files.write(file, mutant);
              recipe.with(Task.of(file.toString()).overrides(), "task");
            });
  }

  @Test
  void recipes_as_methods() {
    String text =
        """
        method: {name: lora, rank: 4, alpha: 8, targets: [q, v]}
        train: {epochs: 10, lr: 1e-3, weight-decay: 0.05}
        """;
    Path file = folder.resolve("mine.yaml");
    Recipe recipe = Recipe.defaults();
    new Fuzz("mine.yaml", bytes(text), 500)
        .reading(
            ConfigException.class,
            mutant -> {
              Files.write(file, mutant);
              for (Variant variant : Variant.of(List.of(file.toString()), recipe)) {
                recipe.with(variant.overrides(), "variant");
              }
            });
  }

  @Test
  void summaries_and_metrics_of_runs() throws IOException {
    RunFolder run = new RunFolder(folder);
    Files.writeString(folder.resolve("metrics.jsonl"), METRICS);
    Fuzz.Tally summaries =
        new Fuzz("run.json", bytes(RUN), 500)
            .reading(
                DataException.class,
                mutant -> {
                  Files.write(run.summary(), mutant);
                  RunSummary.read(run);
                });
    assertThat(summaries.refused()).isPositive();
    Files.writeString(run.summary(), RUN);
    Fuzz.Tally metrics =
        new Fuzz("metrics.jsonl", bytes(METRICS), 500)
            .reading(
                DataException.class,
                mutant -> {
                  Files.write(folder.resolve("metrics.jsonl"), mutant);
                  RunSummary.read(run);
                });
    assertThat(metrics.refused()).isPositive();
  }

  @Test
  void results_of_runs() {
    new Fuzz("results of run.json", bytes(RUN), 400)
        .reading(
            AdapterXException.class,
            mutant -> {
              Files.write(new RunFolder(folder).summary(), mutant);
              Results.of(List.of(folder));
            });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
