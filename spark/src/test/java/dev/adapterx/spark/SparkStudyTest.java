package dev.adapterx.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.Comparison;
import dev.adapterx.train.study.Grid;
import dev.adapterx.train.study.Outcome;
import dev.adapterx.train.study.Splits;
import dev.adapterx.train.study.Study;
import dev.adapterx.train.study.StudyListener;
import dev.adapterx.train.study.Task;
import dev.adapterx.train.study.Tuning;
import dev.adapterx.train.study.TuningResult;
import dev.adapterx.train.study.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkStudyTest {
  @TempDir Path folder;

  private static Recipe recipe() {
    return Recipe.read(
        """
        backbone: {path: embedded, precision: fp32}
        data: {path: 'formula:2x4', train: train, val: null, test: test, augment: none}
        train: {epochs: 1, batch: 8, lr: 0.01}
        """,
        List.of(),
        "test");
  }

  private Study study(String name, List<Task> tasks) {
    Recipe recipe = recipe();
    return new Study(
        folder.resolve(name),
        recipe,
        tasks,
        Variant.of(List.of("linear-probe", "lora"), recipe),
        List.of(0L),
        List.of());
  }

  private static List<Double> measured(Comparison comparison) {
    return comparison.cells().stream().map(c -> c.outcome().summary().measured()).toList();
  }

  @Test
  void tasks_train_the_runs_of_a_comparison() throws Exception {
    Study plain = study("plain", List.of(Task.own(recipe())));
    Comparison expected = plain.run(StudyListener.NONE, false);
    Study shared = study("shared", List.of(Task.own(recipe())));
    Comparison found = SparkStudy.compare(Sparks.local(), shared, 2);
    assertThat(found.unfinished()).isEmpty();
    assertThat(measured(found)).isEqualTo(measured(expected));
    String adapter = "runs/formula-2x4/lora/seed-0/adapter/adapter_model.safetensors";
    assertThat(Files.readAllBytes(shared.folder().resolve(adapter)))
        .isEqualTo(Files.readAllBytes(plain.folder().resolve(adapter)));
    assertThat(measured(SparkStudy.compare(Sparks.local(), shared, 1))).isEqualTo(measured(found));
  }

  @Test
  void what_cannot_be_trained_is_told_on_the_driver() {
    Task lost = new Task("lost", null, List.of("data.path=/nowhere/data"));
    Comparison found = SparkStudy.compare(Sparks.local(), study("lost", List.of(lost)), 2);
    assertThat(found.failed()).hasSize(2);
    assertThat(found.cells().get(0).outcome().reason()).contains("/nowhere/data");
    assertThatThrownBy(() -> SparkStudy.compare(Sparks.local(), study("x", List.of(lost)), 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tasks: expected at least 1, found 0");
  }

  @Test
  void trials_of_a_search_are_tasks_too() {
    Recipe recipe = recipe().with(List.of("data.hold-out=0.25"), "test");
    Tuning tuning =
        new Tuning(
            folder.resolve("tuned"),
            recipe,
            Splits.of(recipe.data(), null, null),
            Variant.of(List.of("linear-probe"), recipe),
            Map.of("linear-probe", new Grid(Map.of("train.lr", List.of("0.001", "0.01")))),
            2,
            0,
            List.of());
    TuningResult result = SparkStudy.tune(Sparks.local(), tuning, 2);
    assertThat(result.unfinished()).isEmpty();
    assertThat(result.trials())
        .allSatisfy(t -> assertThat(t.outcome().state()).isEqualTo(Outcome.State.FINISHED));
    assertThat(tuning.recipeFile("linear-probe")).exists();
  }
}
