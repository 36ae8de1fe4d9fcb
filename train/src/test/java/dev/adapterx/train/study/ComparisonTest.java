package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Settings;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.suite.Published;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ComparisonTest {
  private static final List<Task> TASKS =
      List.of(
          new Task("a", "Natural", List.of()),
          new Task("b", "Natural", List.of()),
          new Task("c", "Structured", List.of()));

  private static Outcome outcome(double accuracy) {
    return outcome("accuracy", accuracy);
  }

  private static Outcome outcome(String score, double accuracy) {
    Recipe recipe = Recipe.read("data: {path: x, val: held}", List.of(), "test");
    StudyRun run = new StudyRun("run", recipe, new RunFolder(Path.of("a, \"b\"")));
    if (Double.isNaN(accuracy)) {
      return Outcome.failed(run, "Training diverged,\nbadly");
    }
    return new Outcome(
        run,
        Outcome.State.FINISHED,
        new RunSummary(
            score,
            "M",
            accuracy,
            accuracy + 1,
            3,
            Double.NaN,
            Double.NaN,
            new ParameterReport(1000, 200, 1200, 100_000),
            10,
            20,
            30 << 20,
            "half"),
        null);
  }

  /** By method, then task, then seed; NaN: failed. */
  private static Comparison comparison(List<Task> tasks, Map<String, double[][]> accuracies) {
    List<Comparison.Cell> cells = new ArrayList<>();
    accuracies.forEach(
        (method, byTask) -> {
          for (int t = 0; t < tasks.size(); t++) {
            for (int s = 0; s < byTask[t].length; s++) {
              cells.add(new Comparison.Cell(tasks.get(t).name(), method, s, outcome(byTask[t][s])));
            }
          }
        });
    return new Comparison(
        tasks, List.copyOf(accuracies.keySet()), List.of(0L, 1L, 2L), cells, List.of());
  }

  @Test
  void tasks_that_are_measured_differently_are_said_to_be() {
    List<Comparison.Cell> cells =
        List.of(
            new Comparison.Cell("a", "m", 0, outcome("accuracy", 80)),
            new Comparison.Cell("b", "m", 0, outcome("mIoU", 40)),
            new Comparison.Cell("c", "m", 0, outcome("accuracy", 70)));
    Comparison mixed = new Comparison(TASKS, List.of("m"), List.of(0L), cells, List.of());
    assertThat(new ComparisonText(mixed).markdown()).startsWith("accuracy, mIoU in % after");
    assertThat(new ComparisonText(three()).markdown()).startsWith("Accuracy in % after");
  }

  private static Comparison three() {
    return comparison(
        TASKS, Map.of("m", new double[][] {{80, 82, 87}, {60, 60, 60}, {10, 40, 70}}));
  }

  @Test
  void spreads_are_sample_deviations_over_seeds() {
    var over = three().of("m", "a", RunSummary::last);
    assertThat(over).isNotNull();
    assertThat(over.mean()).isCloseTo(83, within(1e-12));
    assertThat(over.std()).isCloseTo(Math.sqrt((9 + 1 + 16) / 2.0), within(1e-12));
  }

  @Test
  void means_are_taken_within_a_seed_first() {
    // Seeds: tasks (80+60+10)/3 = 50, (82+60+40)/3 = 60.67, (87+60+70)/3 = 72.33;
    // groups ((80+60)/2 + 10)/2 = 40, (71 + 40)/2 = 55.5, (73.5 + 70)/2 = 71.75.
    var tasks = three().meanOfTasks("m", RunSummary::last);
    var groups = three().meanOfGroups("m", RunSummary::last);
    assertThat(tasks).isNotNull();
    assertThat(groups).isNotNull();
    assertThat(tasks.mean()).isCloseTo(61, within(1e-9));
    assertThat(tasks.std()).isCloseTo(deviation(50, 182 / 3.0, 217 / 3.0), within(1e-9));
    assertThat(groups.mean()).isCloseTo((40 + 55.5 + 71.75) / 3, within(1e-9));
    assertThat(groups.std()).isCloseTo(deviation(40, 55.5, 71.75), within(1e-9));
  }

  private static double deviation(double a, double b, double c) {
    double mean = (a + b + c) / 3;
    return Math.sqrt(
        ((a - mean) * (a - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean)) / 2);
  }

  @Test
  void a_seed_without_all_tasks_is_in_no_mean_over_tasks() {
    Comparison part =
        comparison(
            TASKS,
            Map.of("m", new double[][] {{80, 82, 87}, {60, 60, 60}, {10, Double.NaN, Double.NaN}}));
    var tasks = part.meanOfTasks("m", RunSummary::last);
    assertThat(tasks).isNotNull();
    assertThat(tasks.n()).isEqualTo(1);
    assertThat(tasks.mean()).isCloseTo(50, within(1e-9));
    assertThat(part.of("m", "c", RunSummary::last)).extracting("n").isEqualTo(1);
    Comparison none = comparison(TASKS, Map.of("m", new double[][] {{80}, {60}, {Double.NaN}}));
    assertThat(none.meanOfTasks("m", RunSummary::last)).isNull();
    assertThat(none.meanOfGroups("m", RunSummary::last)).isNull();
  }

  @Test
  void the_tables_say_it_all() {
    String text = new ComparisonFiles(three()).markdown();
    assertThat(text)
        .contains(
            "| method |            a |            b |             c | mean of groups | mean of tasks |",
            "| m      | 83.00 ± 3.61 | 60.00 ± 0.00 | 40.00 ± 30.00 |  55.75 ± 15.88 | 61.00 ± 11.17 |",
            "Accuracy in % at the best epoch, chosen on 'held':",
            "| m      | 84.00 ± 3.61 | 61.00 ± 0.00 | 41.00 ± 30.00 |",
            "| m      | 1,000 |  200 |     1,200 |  1,200 |        1.0000 |      1.2000 |"
                + "      10.0 |       30 |    20.0 |",
            "seeds 0, 1, 2; ± is the sample standard deviation (n - 1) over seeds",
            "measured on 'test', trained on 'train'; epoch the last; the best one chosen on 'held'",
            "normalisation half; augmentation none",
            "peft is the method without the head, trainable with it");
  }

  @Test
  void a_single_task_has_no_means_and_a_few_seeds_say_so() {
    List<Task> one = List.of(new Task("a", null, List.of()));
    Comparison part = comparison(one, Map.of("m", new double[][] {{80, 82, Double.NaN}}));
    assertThat(new ComparisonFiles(part).markdown())
        .contains("| m      | 81.00 ± 1.41 (2 of 3) |", "failed: run: Training diverged,")
        .doesNotContain("mean of");
  }

  @Test
  void those_that_share_the_first_place_are_all_named() {
    List<Task> one = List.of(new Task("a", null, List.of()));
    Map<String, double[][]> accuracies = new LinkedHashMap<>();
    accuracies.put("m", new double[][] {{80, 82, 84}});
    accuracies.put("n", new double[][] {{60, 60, 60}});
    accuracies.put("o", new double[][] {{82, 82, 82}});
    assertThat(new ComparisonText(comparison(one, accuracies)).headline())
        .isEqualTo("Best on a: m 82.00 ± 2.00 %, o 82.00 ± 0.00 %");
  }

  private static Published reported(String method, Map<String, Double> accuracies, Double mean) {
    return new Published(method, "8 wide", 0.2, accuracies, Map.of(), mean, "a paper, table 1");
  }

  @Test
  void what_papers_report_stands_beside_ours_with_the_same_means() {
    Published single = reported("m", Map.of("a", 80.0, "b", 61.0, "c", 42.0), null);
    Published other = reported("m", Map.of(), 77.0);
    Comparison beside = three().with(List.of(single, other, reported("n", Map.of("a", 1.0), null)));
    assertThat(new ComparisonFiles(beside).markdown())
        .contains(
            "| mean of tasks | published |",
            "| 61.00 ± 11.17 |     56.25 |",
            "What papers report, top-1 accuracy in %:",
            "|          0.2 | 80.00 | 61.00 | 42.00 |          56.25 |         61.00 | a paper",
            "|          0.2 |     - |     - |     - |          77.00 |             - | a paper",
            "published: the first row of what papers report")
        .doesNotContain("| n ");
    assertThat(new ComparisonFiles(beside).json()).contains("\"printed-mean\" : 77.0");
    assertThat(new ComparisonFiles(beside).report().html()).contains("What papers report");
  }

  @Test
  void a_row_without_all_tasks_has_no_mean_and_one_of_groups_serves_their_tasks() {
    Comparison few = three().with(List.of(reported("m", Map.of("a", 80.0), null)));
    assertThat(new ComparisonFiles(few).markdown())
        .contains("| 61.00 ± 11.17 |         - |", "| 80.00 |   - |   - |");
    Published groups = reported("m", Map.of("Natural", 70.0, "Structured", 50.0), null);
    Comparison grouped = three().with(List.of(groups));
    assertThat(grouped.publishedMean(groups)).isEqualTo(60);
    assertThat(grouped.publishedMeanOfTasks(groups)).isCloseTo(190 / 3.0, within(1e-9));
    assertThat(new ComparisonFiles(three()).markdown()).doesNotContain("papers");
  }

  @Test
  void a_recipe_named_after_a_preset_has_the_rows_of_the_preset() {
    Comparison tuned =
        comparison(TASKS, Map.of("vpt-shallow", new double[][] {{1}, {2}, {3}}))
            .with(List.of(reported("vpt", Map.of(), 1.0), reported("vpt:shallow", Map.of(), 2.0)));
    assertThat(tuned.published("vpt-shallow"))
        .extracting(Published::method)
        .containsExactly("vpt:shallow");
  }

  @Test
  void csv_has_a_row_per_run_that_can_be_read_back() {
    Comparison some =
        comparison(TASKS, Map.of("m, \"n\"", new double[][] {{80.125}, {60}, {Double.NaN}}));
    List<String> lines = new ComparisonFiles(some).csv().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "method,task,seed,state,accuracy,best-accuracy,best-epoch,peft,head,trainable,stored,"
                + "peft-percent,trainable-percent,samples-per-second,seconds,peak-resident-bytes,run,"
                + "reason");
    assertThat(lines.get(1))
        .isEqualTo(
            "\"m, \"\"n\"\"\",a,0,finished,80.125,81.125,3,1000,200,1200,1200,1.0,1.2,10.0,20.0,"
                + (30 << 20)
                + ",\"a, \"\"b\"\"\",");
    assertThat(lines.get(3)).startsWith("\"m, \"\"n\"\"\",c,0,failed,,,").endsWith("diverged,");
  }

  @Test
  void json_gives_back_every_figure() {
    JsonNode json = Settings.json().readTree(new ComparisonFiles(three()).json());
    JsonNode method = json.path("methods").path(0);
    assertThat(method.path("method").asString()).isEqualTo("m");
    assertThat(method.path("tasks").path(0).path("accuracy").asDouble()).isEqualTo(83);
    assertThat(method.path("tasks").path(0).path("accuracy-std").asDouble())
        .isEqualTo(Math.sqrt(13));
    assertThat(method.path("mean-of-tasks").asDouble()).isCloseTo(61, within(1e-9));
    assertThat(json.path("runs")).hasSize(9);
    assertThat(json.path("runs").path(8).path("accuracy").asDouble()).isEqualTo(70);
    assertThat(json.path("seeds")).hasSize(3);
  }

  @Test
  void the_page_shows_methods_tables_and_notes() {
    String html = new ComparisonFiles(three()).report().html();
    assertThat(html)
        .contains(
            "Best on the mean of 3 tasks: m 61.00 ± 11.17 %",
            "Accuracy over trained parameters", "83.00 ± 3.61", "sample standard deviation");
  }
}
