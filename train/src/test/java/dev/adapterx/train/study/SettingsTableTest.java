package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTableTest {
  private static Comparison.Cell cell(String task, String variant, long seed, String... changes) {
    Recipe recipe =
        Recipe.read("{method: lora, data: {path: x}}", List.of(changes), "test").withSeed(seed);
    StudyRun run = new StudyRun("r", recipe, new RunFolder(Path.of("r")));
    return new Comparison.Cell(task, variant, seed, Outcome.unfinished(run));
  }

  private static Comparison comparison(Comparison.Cell... cells) {
    List<Task> tasks = List.of(new Task("a", null, List.of()), new Task("b", null, List.of()));
    return new Comparison(
        tasks, List.of("lora", "full"), List.of(0L, 1L), List.of(cells), List.of());
  }

  @Test
  void what_was_chosen_for_each_task_is_shown_once_for_all_seeds() {
    Comparison chosen =
        comparison(
            cell("a", "lora", 0, "train.lr=0.01", "method.alpha=32"),
            cell("a", "lora", 1, "train.lr=0.01", "method.alpha=32"),
            cell("b", "lora", 0, "train.lr=0.001"),
            cell("b", "lora", 1, "train.lr=0.002"),
            cell("a", "full", 0, "method=full", "train.lr=0.001"));
    assertThat(new SettingsTable(chosen).columns().rows())
        .containsExactly(
            List.of("lora", "lr 0.01, alpha 32.0", "lr 0.001 / lr 0.002"),
            List.of("full", "lr 0.001", "-"));
    assertThat(new ComparisonFiles(chosen).markdown())
        .contains("Settings that differ or are not a method's default:", "lr 0.01, alpha 32.0");
    assertThat(new ComparisonFiles(chosen).report().html()).contains("lr 0.01, alpha 32.0");
  }

  @Test
  void where_all_is_as_it_comes_there_is_no_table() {
    Comparison same = comparison(cell("a", "lora", 0), cell("b", "full", 0, "method=full"));
    assertThat(new SettingsTable(same).columns().rows()).isEmpty();
    assertThat(new ComparisonFiles(same).markdown()).doesNotContain("Settings that differ");
  }
}
