package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.peft.ParameterReport;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RanksTest {
  /** By method, accuracies by task; NaN: not run. */
  private static Comparison comparison(Map<String, double[]> accuracies) {
    Recipe recipe = Recipe.read("data: {path: x}", List.of(), "test");
    List<Task> tasks = new ArrayList<>();
    List<Comparison.Cell> cells = new ArrayList<>();
    accuracies.forEach(
        (method, byTask) -> {
          for (int t = 0; t < byTask.length; t++) {
            Task task = new Task("t" + t, null, List.of());
            if (!tasks.contains(task)) {
              tasks.add(task);
            }
            StudyRun run = new StudyRun("r", recipe, new RunFolder(Path.of("r")));
            RunSummary summary =
                new RunSummary(
                    "accuracy",
                    "M",
                    byTask[t],
                    Double.NaN,
                    0,
                    Double.NaN,
                    Double.NaN,
                    new ParameterReport(1, 1, 2, 100),
                    1,
                    1,
                    0,
                    "half");
            if (Double.isFinite(byTask[t])) {
              Outcome done = new Outcome(run, Outcome.State.FINISHED, summary, null);
              cells.add(new Comparison.Cell(task.name(), method, 0, done));
            }
          }
        });
    return new Comparison(tasks, List.copyOf(accuracies.keySet()), List.of(0L), cells, List.of());
  }

  private static Comparison some() {
    Map<String, double[]> accuracies = new LinkedHashMap<>();
    accuracies.put("a", new double[] {90, 80, 70, 60});
    accuracies.put("b", new double[] {80, 80, 80, 50});
    accuracies.put("c", new double[] {70, 60, 60, 70});
    accuracies.put("part", new double[] {99, 99, Double.NaN, 99});
    return comparison(accuracies);
  }

  @Test
  void equal_ones_share_their_places_and_only_methods_with_all_tasks_are_ranked() {
    // a: 1, 1.5, 2, 2; b: 2, 1.5, 1, 3; c: 3, 3, 3, 1.
    assertThat(Ranks.of(some()).means())
        .containsExactly(Map.entry("a", 1.625), Map.entry("b", 1.875), Map.entry("c", 2.5));
  }

  /** Demšar's own example: 4 methods on 14 data sets, 1.25. */
  @Test
  void the_critical_difference_is_that_of_the_paper() {
    Map<String, Double> four = Map.of("a", 1.0, "b", 2.0, "c", 3.0, "d", 4.0);
    assertThat(new Ranks(four, 14).criticalDifference()).isCloseTo(1.25, within(0.005));
    Map<String, Double> many = new LinkedHashMap<>();
    for (int i = 0; i < 21; i++) {
      many.put("m" + i, 1.0 + i);
    }
    assertThat(new Ranks(many, 14).criticalDifference()).isNaN();
  }

  @Test
  void one_task_or_one_method_has_no_ranks() {
    assertThat(Ranks.of(comparison(Map.of("a", new double[] {1}, "b", new double[] {2}))).means())
        .isEmpty();
    assertThat(Ranks.of(comparison(Map.of("a", new double[] {1, 2}))).means()).isEmpty();
  }

  @Test
  void tables_have_the_mean_rank_and_say_what_is_chance() {
    ComparisonFiles files = new ComparisonFiles(some());
    assertThat(files.markdown())
        .contains(
            "| method |    t0 |    t1 |    t2 |    t3 | mean of tasks | mean rank |",
            "| a      | 90.00 | 80.00 | 70.00 | 60.00 |         75.00 |      1.63 |",
            "| part   | 99.00 | 99.00 |     - | 99.00 |             - |         - |",
            "- mean rank over 4 tasks of the 3 methods that have all of them, 1 is best; two differ by"
                + " more than chance where their mean ranks are at least 1.66 apart (Nemenyi's test,"
                + " 5 %)");
    assertThat(files.json()).contains("\"mean-rank\" : 1.625");
  }
}
