package dev.adapterx.train.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  @TempDir Path folder;

  private void run(String name, String method, int trainable, double accuracy) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        run.resolve("run.json"),
        """
        {"backbone": "b", "data": "d", "method": "%s", "test-accuracy-last": %s,
         "parameters": {"trainable": %d, "trainable-percent": 1.5}}
        """
            .formatted(method, accuracy, trainable));
  }

  @Test
  void runs_of_one_method_are_one_row() throws IOException {
    run("a-0", "A", 10, 80);
    run("a-1", "A", 10, 82);
    run("a-2", "A", 10, 87);
    run("b-0", "B", 10, 70);
    run("c-0", "A", 11, 90);
    List<Results.Row> rows = Results.of(List.of(folder)).rows();
    assertThat(rows).extracting(row -> row.accuracies().size()).containsExactly(3, 1, 1);
    assertThat(rows.get(0).mean()).isCloseTo(83, within(1e-12));
    assertThat(rows.get(0).std()).isCloseTo(Math.sqrt(13), within(1e-12));
    assertThat(rows.get(1).std()).isNaN();
    assertThat(rows.get(0).group().percent()).isEqualTo(1.5);
  }

  @Test
  void folders_without_finished_runs_are_named() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> Results.of(List.of(empty)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds no finished run");
    Files.writeString(empty.resolve("run.json"), "{\"method\": \"A\"}");
    assertThatThrownBy(() -> Results.of(List.of(empty)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has no test-accuracy-last");
    for (String nan : new String[] {"\"NaN\"", "null"}) {
      Files.writeString(
          empty.resolve("run.json"), "{\"method\": \"A\", \"test-accuracy-last\": " + nan + "}");
      assertThatThrownBy(() -> Results.of(List.of(empty)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("the measured value test-accuracy-last is not a number")
          .hasMessageNotContaining("no test split");
    }
    Files.writeString(empty.resolve("run.json"), "{");
    assertThatThrownBy(() -> Results.of(List.of(empty)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is not readable JSON");
  }

  @Test
  void a_run_without_a_measurement_is_left_out_and_the_others_are_shown() throws IOException {
    run("a-0", "A", 10, 80);
    run("a-1", "A", 10, 82);
    for (String bad : List.of("b-nothing", "b-nan", "b-damaged")) {
      Files.createDirectories(folder.resolve(bad));
    }
    Files.writeString(folder.resolve("b-nothing/run.json"), "{\"method\": \"A\"}");
    Files.writeString(
        folder.resolve("b-nan/run.json"), "{\"method\": \"A\", \"test-accuracy-last\": null}");
    Files.writeString(folder.resolve("b-damaged/run.json"), "{");
    Results.Found found = Results.of(List.of(folder));
    assertThat(found.rows()).singleElement().extracting(Results.Row::mean).isEqualTo(81.0);
    assertThat(found.runs()).isEqualTo(5);
    assertThat(found.leftOut())
        .satisfiesExactly(
            line -> assertThat(line).contains("b-damaged", "is not readable JSON"),
            line -> assertThat(line).contains("b-nan", "is not a number"),
            line -> assertThat(line).contains("b-nothing", "has no test-accuracy-last"));
    assertThatThrownBy(
            () -> Results.of(List.of(folder.resolve("b-nan"), folder.resolve("b-nothing"))))
        .hasMessageContaining("is not a number")
        .hasMessageContaining("Nor has any of the other 1 a result");
  }

  @Test
  void runs_lie_as_deep_as_studies_put_them() throws IOException {
    run("cmp/runs/masks/lora/seed-4", "A", 10, 80);
    run("cmp/runs/masks/lora/seed-5", "A", 10, 84);
    run("tuned/runs/lora/trial-01", "B", 10, 70);
    run("a/b/c/d/e/too-deep", "C", 10, 60);
    for (String given : List.of("", "cmp", "cmp/runs", "cmp/runs/masks", "cmp/runs/masks/lora")) {
      assertThat(Results.of(List.of(folder.resolve(given))).rows().get(0).accuracies())
          .as(given)
          .containsExactly(80.0, 84.0);
    }
    assertThat(Results.of(List.of(folder)).rows())
        .extracting(row -> row.group().method())
        .containsExactly("A", "B");
    Files.createSymbolicLink(folder.resolve("cmp/again"), folder.resolve("cmp"));
    assertThat(Results.of(List.of(folder)).rows().get(0).accuracies()).containsExactly(80.0, 84.0);
    assertThatThrownBy(() -> Results.of(List.of(folder.resolve("a").resolveSibling("nix"))))
        .hasMessageContaining("nix does not exist");
  }

  @Test
  void runs_that_are_not_finished_are_named() throws IOException {
    Path run = Files.createDirectories(folder.resolve("cmp/runs/masks/lora/seed-4"));
    Files.writeString(run.resolve("recipe.yaml"), "method: lora");
    assertThatThrownBy(() -> Results.of(List.of(folder.resolve("cmp"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("no finished run", run.toString(), "train --resume");
  }

  /** Seeds and folds are repetitions; another learning rate is another method. */
  @Test
  void trials_of_a_search_are_no_seeds_and_a_recipe_may_lie_above_runs() throws IOException {
    Files.writeString(folder.resolve("recipe.yaml"), "method: A");
    String recipe = "seed: %d\nmethod:\n  name: A\ndata:\n  train: fold-%d\ntrain:\n  lr: %s\n";
    for (int i = 0; i < 4; i++) {
      run("trial-" + i, "A", 10, 80 + i);
      String own = recipe.formatted(i, i, i < 2 ? "0.01" : "0.001");
      Files.writeString(folder.resolve("trial-" + i).resolve("recipe.yaml"), own);
    }
    List<Results.Row> rows = Results.of(List.of(folder)).rows();
    assertThat(rows)
        .extracting(Results.Row::accuracies)
        .containsExactly(List.of(80.0, 81.0), List.of(82.0, 83.0));
    assertThat(rows.get(1).runs().get(0)).endsWith("trial-2");
  }

  @Test
  void scores_of_different_kinds_are_no_one_row() throws IOException {
    run("a", "A", 10, 80);
    Files.writeString(
        Files.createDirectories(folder.resolve("b")).resolve("run.json"),
        """
        {"backbone": "b", "data": "d", "method": "A", "score": "mIoU", "test-mIoU-last": 50,
         "parameters": {"trainable": 10, "trainable-percent": 1.5}}
        """);
    assertThat(Results.of(List.of(folder)).rows())
        .extracting(row -> row.group().score())
        .containsExactly("accuracy", "mIoU");
  }
}
