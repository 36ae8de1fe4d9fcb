package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Settings;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TuningTest {
  private static final Splits VAL = new Splits("train", "val", 0);

  @TempDir static Path images;
  @TempDir Path folder;

  /** The test split is not there at all: code that opens it fails. */
  @BeforeAll
  static void paint() throws IOException {
    Tiny.images(images);
    try (Stream<Path> test = Files.walk(images.resolve("test"))) {
      for (Path file : test.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Tuning tuning(Splits splits, int trials, String... overrides) {
    Recipe recipe = Tiny.recipe(images, overrides);
    return new Tuning(
        folder,
        recipe,
        splits,
        Variant.of(List.of("linear-probe", "adapter-x"), recipe),
        Grid.read(
            """
            default: {train.lr: [0.01, 0.02]}
            adapter-x: {train.lr: [0.005, 0.02], method.scale: [0.1, 1]}
            """,
            "grid"),
        trials,
        5,
        List.of("train.epochs=2", "train.warmup-epochs=0"));
  }

  @Test
  void every_method_gets_as_many_trials_and_the_test_split_is_not_opened() {
    TuningResult result = tuning(VAL, 3).run(StudyListener.NONE, false);

    assertThat(result.trials()).allMatch(t -> t.outcome().state() == Outcome.State.FINISHED);
    assertThat(result.of("linear-probe")).hasSize(3);
    assertThat(result.of("adapter-x")).hasSize(3);
    assertThat(result.of("linear-probe"))
        .extracting(t -> t.settings().get("train.lr"))
        .containsExactlyInAnyOrder("0.01", "0.02", "0.014");
    for (Trial trial : result.trials()) {
      Recipe kept = Recipe.read(trial.outcome().run().folder().recipe(), List.of());
      assertThat(kept.data().test()).isEqualTo("val");
      assertThat(kept.data().val()).isNull();
      assertThat(kept.seed()).isEqualTo(5);
      assertThat(kept.train().epochs()).isEqualTo(2);
      assertThat(kept.train().lr()).isEqualTo(Double.parseDouble(trial.settings().get("train.lr")));
    }
  }

  @Test
  void a_key_that_is_searched_cannot_be_given_as_well() {
    Tuning plain = tuning(VAL, 1);
    Tuning said =
        new Tuning(
            folder,
            plain.recipe(),
            VAL,
            plain.variants(),
            plain.grids(),
            1,
            5,
            List.of("train.lr=1e30"));
    assertThatThrownBy(() -> said.run(StudyListener.NONE, false))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "train.lr=1e30: the search chooses train.lr of linear-probe (from 0.01, 0.02). Leave it"
                + " out, or give a --grid that searches other keys");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void the_recipe_found_has_the_winners_settings_and_the_recipes_own_splits() {
    Tuning tuning = tuning(VAL, 3);
    TuningResult result = tuning.run(StudyListener.NONE, false);
    Trial winner = result.winner("adapter-x").orElseThrow();

    Recipe found = Recipe.read(tuning.recipeFile("adapter-x"), List.of());
    assertThat(found.data()).isEqualTo(tuning.recipe().data());
    assertThat(found.method()).isEqualTo(winner.outcome().run().recipe().method());
    assertThat(found.train()).isEqualTo(winner.outcome().run().recipe().train());
    assertThat(Tiny.text(folder.resolve("adapter-x.yaml")))
        .startsWith("# Found by adapterx tune: trial " + winner.number() + " of 3, ")
        .contains("% on 'val', trained on 'train' after the last epoch, seed 5.\n");

    Variant taken =
        Variant.of(List.of(folder.resolve("adapter-x.yaml").toString()), Recipe.defaults()).get(0);
    assertThat(taken.name()).isEqualTo("adapter-x");
    Recipe compared = Tiny.recipe(images).with(taken.overrides(), "test");
    assertThat(compared.method()).isEqualTo(found.method());
    assertThat(compared.train()).isEqualTo(found.train());
  }

  @Test
  void a_search_goes_on_where_it_was_stopped_and_always_tries_the_same() {
    class Stop extends RuntimeException {
      private static final long serialVersionUID = 1;
    }
    List<String> taken = new ArrayList<>();
    StudyListener third =
        new StudyListener() {
          @Override
          public RunListener started(StudyRun run, int number, int runs, boolean resumed) {
            if (number == 3) {
              throw new Stop();
            }
            return RunListener.NONE;
          }
        };
    StudyListener rest =
        new StudyListener() {
          @Override
          public RunListener started(StudyRun run, int number, int runs, boolean resumed) {
            taken.add(number + "/" + runs);
            return RunListener.NONE;
          }
        };
    assertThatThrownBy(() -> tuning(VAL, 2).run(third, false)).isInstanceOf(Stop.class);
    TuningResult result = tuning(VAL, 2).run(rest, false);
    assertThat(taken).containsExactly("3/4", "4/4");
    assertThat(result.unfinished()).isEmpty();
    assertThatThrownBy(() -> tuning(VAL, 2, "train.batch=3").run(rest, false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.batch: the run was begun with 6, now asked for is 3");
  }

  @Test
  void a_part_held_out_is_judged_by_as_well() {
    Splits held = Splits.of(Tiny.recipe(images, "data.hold-out=0.3").data(), null, null);
    TuningResult result = tuning(held, 1, "data.hold-out=0.3").run(StudyListener.NONE, false);
    assertThat(result.trials()).allMatch(t -> Double.isFinite(t.measured()));
    assertThat(new TuningFiles(result).markdown())
        .contains("Accuracy in % on the 30 % held out of 'train'");
  }

  @Test
  void trials_that_diverge_lose_and_a_method_without_another_is_hopeless() {
    Recipe recipe = Tiny.recipe(images);
    Tuning wild =
        new Tuning(
            folder,
            recipe,
            VAL,
            Variant.of(List.of("linear-probe"), recipe),
            Grid.read("default: {train.lr: [1e30]}", "grid"),
            1,
            0,
            List.of("train.epochs=1", "train.warmup-epochs=0"));
    TuningResult result = wild.run(StudyListener.NONE, false);
    assertThat(result.isHopeless("linear-probe")).isTrue();
    assertThat(result.winner("linear-probe")).isEmpty();
    assertThat(wild.recipeFile("linear-probe")).doesNotExist();
    String reason = result.failed().get(0).reason();
    assertThat(new TuningFiles(result).markdown())
        .contains("failed: Training diverged", "\n- trial 1 failed: " + reason)
        .satisfies(
            text ->
                assertThat(text.lines().filter(line -> line.startsWith("|")))
                    .allMatch(row -> row.length() < 130));
  }

  @Test
  void a_split_that_is_not_there_is_refused_before_the_first_trial() {
    Splits wrong = new Splits("train5", "val", 0);
    assertThatThrownBy(() -> tuning(wrong, 3).run(StudyListener.NONE, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no split 'train5'");
    assertThat(folder).isEmptyDirectory();
  }

  private static Trial trial(int number, double accuracy, double rate, long parameters) {
    return trial(number, "accuracy", accuracy, rate, parameters);
  }

  private static Trial trial(
      int number, String score, double measured, double rate, long parameters) {
    Recipe recipe = Recipe.read("", List.of("train.lr=" + rate), "test");
    StudyRun run = new StudyRun("run", recipe, new RunFolder(Path.of("run" + number)));
    RunSummary summary =
        new RunSummary(
            score,
            "M",
            measured,
            Double.NaN,
            0,
            Double.NaN,
            Double.NaN,
            new ParameterReport(parameters, 5, parameters + 5, 1000),
            1,
            2,
            3,
            "half");
    return new Trial(
        "m",
        number,
        Map.of("train.lr", String.valueOf(rate)),
        new Outcome(run, Outcome.State.FINISHED, summary, null));
  }

  private static TuningResult result(Trial... trials) {
    return new TuningResult(List.of("m"), List.of(trials), VAL, 0, trials.length);
  }

  @Test
  void ties_go_to_the_smaller_rate_then_to_fewer_parameters_then_to_the_earlier() {
    assertThat(result(trial(1, 70, 0.001, 9), trial(2, 71, 0.1, 9)).winner("m"))
        .map(Trial::number)
        .hasValue(2);
    assertThat(result(trial(1, 70, 0.01, 1), trial(2, 70, 0.001, 9)).winner("m"))
        .map(Trial::number)
        .hasValue(2);
    assertThat(result(trial(1, 70, 0.01, 9), trial(2, 70, 0.01, 8)).winner("m"))
        .map(Trial::number)
        .hasValue(2);
    assertThat(result(trial(1, 70, 0.01, 9), trial(2, 70, 0.01, 9)).winner("m"))
        .map(Trial::number)
        .hasValue(1);
  }

  @Test
  void there_is_no_winner_while_a_trial_is_open() {
    Trial open = new Trial("m", 2, Map.of(), Outcome.unfinished(trial(2, 1, 1, 1).outcome().run()));
    assertThat(result(trial(1, 70, 0.01, 1), open).winner("m")).isEmpty();
    assertThat(new TuningFiles(result(trial(1, 70, 0.01, 1), open)).markdown())
        .contains("not finished")
        .doesNotContain("best");
  }

  @Test
  void what_is_measured_is_named_as_the_task_does() {
    TuningFiles files = new TuningFiles(result(trial(1, "mIoU", 41, 0.01, 9)));
    assertThat(files.markdown())
        .contains(" mIoU |", "mIoU in % on 'val'")
        .doesNotContainIgnoringCase("accuracy");
    assertThat(files.csv()).startsWith("method,trial,train.lr,state,mIoU,");
    assertThat(Settings.json().readTree(files.json()).path("score").asString()).isEqualTo("mIoU");
  }

  @Test
  void csv_and_json_hold_every_trial() {
    TuningFiles files = new TuningFiles(result(trial(1, 70, 0.01, 9), trial(2, 60.5, 0.1, 9)));
    assertThat(files.csv())
        .isEqualTo(
            """
            method,trial,train.lr,state,accuracy,trainable,seconds,best,run
            m,1,0.01,finished,70.0,14,2.0,true,run1
            m,2,0.1,finished,60.5,14,2.0,false,run2
            """);
    JsonNode json = Settings.json().readTree(files.json());
    assertThat(json.path("trials").path(1).path("accuracy").asDouble()).isEqualTo(60.5);
    assertThat(json.path("trials").path(0).path("best").asBoolean()).isTrue();
    assertThat(json.path("judged-on").asString()).isEqualTo("'val', trained on 'train'");
    assertThat(files.markdown())
        .contains("| 1     |     0.01 |    70.00 |        14 |     2.0 | best |")
        .contains("the test split was not opened");
  }

  @Test
  void a_winner_on_the_edge_of_what_was_tried_is_told() {
    TuningResult largest = result(trial(1, 70, 0.01, 9), trial(2, 71, 0.1, 9), trial(3, 72, 1, 9));
    assertThat(largest.edges("m")).containsExactly("train.lr=1.0");
    assertThat(new TuningFiles(largest).markdown())
        .contains("The best is on the edge of what was tried: train.lr=1.0.");
    TuningResult smallest = result(trial(1, 70, 0.01, 9), trial(2, 60, 0.1, 9), trial(3, 9, 1, 9));
    assertThat(smallest.edges("m")).containsExactly("train.lr=0.01");
    TuningResult middle = result(trial(1, 70, 0.01, 9), trial(2, 75, 0.1, 9), trial(3, 72, 1, 9));
    assertThat(middle.edges("m")).isEmpty();
    assertThat(new TuningFiles(middle).markdown()).doesNotContain("edge");
    assertThat(result(trial(1, 70, 0.01, 9), trial(2, 71, 0.1, 9)).edges("m")).isEmpty();
  }

  @Test
  void fewer_trials_than_asked_for_are_said() {
    TuningResult few = new TuningResult(List.of("m"), List.of(trial(1, 70, 0.01, 9)), VAL, 0, 4);
    assertThat(new TuningFiles(few).markdown()).contains("Only 1 of 4 trials");
  }

  @Test
  void splits_are_as_asked_for_or_as_the_recipe_has_them() {
    Recipe plain = Recipe.read("data: {train: all, test: t}", List.of(), "r");
    assertThat(Splits.of(plain.data(), "train800", "val200"))
        .isEqualTo(new Splits("train800", "val200", 0));
    Recipe val = Recipe.read("data: {train: a, val: v, test: t}", List.of(), "r");
    assertThat(Splits.of(val.data(), null, null)).isEqualTo(new Splits("a", "v", 0));
    assertThat(Splits.of(val.data(), "b", null)).isEqualTo(new Splits("b", "v", 0));
  }

  @Test
  void choosing_on_the_test_split_is_refused() {
    Recipe plain = Recipe.read("data: {train: all, test: t}", List.of(), "r");
    assertThatThrownBy(() -> Splits.of(plain.data(), null, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.val: expected a validation split to choose by, found none")
        .hasMessageContaining("--train train800 --validation val200")
        .hasMessageContaining("data.hold-out=0.2");
    assertThatThrownBy(() -> Splits.of(plain.data(), "a", "t"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'t' is the recipe's test split");
    assertThatThrownBy(() -> Splits.of(plain.data(), null, "all"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'all' is what is trained on");
    assertThatThrownBy(() -> Splits.of(plain.data(), "t", "v"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("The training split 't' is the recipe's test split");
  }
}
