package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.cli.arguments.SeedArguments;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class StudyCommandsTest {
  @TempDir Path home;
  private Path recipe;
  private Path out;

  @BeforeEach
  void write() {
    out = home.resolve("study");
    recipe =
        TinyRun.write(
            home.resolve("r.yaml"),
            """
            backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
            method: {name: adapter-x, heads: 2, bottleneck: 4}
            data: {path: "formula:3x6"}
            train: {epochs: 1, batch: 6, warmup-epochs: 0, lr: 0.01}
            """);
  }

  @Test
  void compare_trains_prints_a_table_and_keeps_what_is_done() {
    Object[] command = {
      "compare", recipe, "--methods", "linear-probe,adapter-x", "--seeds", "2", "--out", out
    };
    Invocation first = Invocation.of(command);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("| method       | ", "| linear-probe | ", "| adapter-x    | ", "seeds 0, 1;");
    assertThat(first.err().lines().filter(line -> line.startsWith("[")))
        .hasSize(4)
        .first()
        .asString()
        .matches("\\[1/4] formula:3x6 linear-probe seed 0: [\\d.]+ %, [\\d.]+ s, peak \\d+ MiB");
    for (String file :
        new String[] {"comparison.md", "comparison.csv", "chart.svg", "report.html"}) {
      assertThat(out.resolve(file)).isNotEmptyFile();
    }
    assertThat(out.resolve("runs/formula-3x6/adapter-x/seed-1/report.html")).exists();
    for (Path found : List.of(out, out.resolve("runs"))) {
      Invocation results = Invocation.of("results", found, "--json");
      assertThat(results.code()).as(results.err()).isZero();
      assertThat(results.json()).hasSize(2);
    }

    Object[] again = java.util.Arrays.copyOf(command, command.length + 1);
    again[command.length] = "--json";
    Invocation second = Invocation.of(again);
    assertThat(second.err()).doesNotContain("[1/4]");
    assertThat(second.json().path("runs")).hasSize(4);
    again[command.length] = "--csv";
    assertThat(Invocation.of(again).out().lines()).hasSize(5);
  }

  @Test
  void a_folder_is_compared_on_what_is_held_out_and_each_method_has_its_own_rate()
      throws IOException {
    for (int i = 0; i < 10; i++) {
      TinyRun.picture(home.resolve("my-pictures/blue/" + i + ".png"), new Color(20 + i, 30, 220));
      TinyRun.picture(home.resolve("my-pictures/red/" + i + ".png"), new Color(220, 30, 20 + i));
    }
    Invocation made =
        Invocation.of(
            "compare",
            home.resolve("my-pictures"),
            "backbone.preset=vit_32x2x2_patch8_32",
            "train.epochs=2",
            "--methods",
            "linear-probe,full,adapter-x:sequential",
            "--seeds",
            "1",
            "--out",
            out);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .doesNotContain("null", "|           - |")
        .contains("measured on a held-out part of 'all', trained on 'all'; epoch the last; ")
        .contains("the part it is measured on, so it is optimistic");
    for (String method : List.of("linear-probe", "full", "adapter-x:sequential")) {
      Path run = out.resolve("runs/my-pictures/" + method.replace(':', '-') + "/seed-0");
      JsonNode json = Settings.json().readTree(Files.readString(run.resolve("run.json")));
      for (String figure : List.of("last", "best")) {
        String shown =
            String.format(
                Locale.ROOT, "%.2f |", json.path("val-accuracy-" + figure).asDouble(Double.NaN));
        assertThat(made.out().lines().filter(line -> line.startsWith("| " + method + " ")))
            .as("%s %s: %s", method, figure, made.out())
            .anyMatch(line -> line.endsWith(shown));
      }
      assertThat(Files.readString(run.resolve("recipe.yaml")))
          .contains(method.equals("full") ? "lr: 2.0E-4" : "lr: 0.01", "clip-norm: 1.0")
          .contains(method.endsWith("sequential") ? "form: sequential" : "hold-out: 0.2");
    }
  }

  @Test
  void what_is_recorded_is_not_trained_again_and_results_prints_it() {
    Path records = home.resolve("records");
    Path task =
        TinyRun.write(
            home.resolve("shapes.yaml"), "{group: Natural, data: {path: \"formula:3x6\"}}");
    Object[] command = {
      "compare",
      recipe,
      "--methods",
      "linear-probe,adapter-x",
      "--tasks",
      task,
      "--seeds",
      "2",
      "--record",
      records,
      "--out",
      out
    };
    Invocation first = Invocation.of(command);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(records.resolve("shapes/adapter-x/seed-1.json")).isNotEmptyFile();

    command[command.length - 1] = home.resolve("elsewhere");
    Invocation second = Invocation.of(command);
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err()).doesNotContain("[1/4]");
    assertThat(second.out()).isEqualTo(first.out());

    Invocation printed = Invocation.of("results", records);
    assertThat(printed.code()).as(printed.err()).isZero();
    assertThat(printed.out().lines().sorted().toList())
        .isEqualTo(first.out().lines().sorted().toList());
    assertThat(Invocation.of("results", records, "--json").json().path("runs")).hasSize(4);

    Path page = home.resolve("page");
    assertThat(Invocation.of("results", records, "--out", page).out()).isEqualTo(printed.out());
    assertThat(page.resolve("comparison.md")).content().isEqualTo(printed.out());
    assertThat(page.resolve("chart.svg")).content().contains("adapter-x");
    Invocation ofRuns =
        Invocation.of("results", out.resolve("runs/shapes/adapter-x"), "--out", page);
    assertThat(ofRuns.code()).isEqualTo(2);
    assertThat(ofRuns.err()).contains("--out: writes the tables of a folder of records");
  }

  @Test
  void tune_writes_recipes_that_compare_takes() {
    Path grid =
        TinyRun.write(home.resolve("grid.yaml"), "default: {train.lr: [0.001, 0.01, 0.02]}");
    Invocation tuned =
        Invocation.of(
            "tune",
            recipe,
            "data.hold-out=0.3",
            "--methods",
            "linear-probe",
            "--grid",
            grid,
            "--trials",
            "2",
            "--out",
            out);
    assertThat(tuned.code()).as(tuned.err()).isZero();
    assertThat(tuned.out()).contains("## linear-probe", "best", "the test split was not opened");
    assertThat(tuned.err()).contains("[2/2] linear-probe trial 2 train.lr=", "recipe: " + out);
    Path found = out.resolve("linear-probe.yaml");

    Invocation compared =
        Invocation.of(
            "compare",
            recipe,
            "train.batch=3",
            "--methods",
            found,
            "--seeds",
            "4,",
            "--out",
            home.resolve("final"));
    assertThat(compared.code()).as(compared.err()).isZero();
    assertThat(home.resolve("final/runs/formula-3x6/linear-probe/seed-4/recipe.yaml"))
        .content()
        .contains("batch: 3");
  }

  /** A task of VTAB-1k with as many pictures as a complete copy has, all of them one file. */
  private Path vtab(String task) throws IOException {
    Path folder = Files.createDirectories(home.resolve("vtab/" + task));
    TinyRun.picture(folder.resolve("p.png"), Color.RED);
    Map<String, Integer> splits = Map.of("train800val200", 1000, "test", 711);
    for (Map.Entry<String, Integer> split : splits.entrySet()) {
      StringBuilder list = new StringBuilder();
      for (int i = 0; i < split.getValue(); i++) {
        list.append("p.png ").append(i % 4).append('\n');
      }
      Files.writeString(folder.resolve(split.getKey() + ".txt"), list);
    }
    return folder.getParent();
  }

  @Test
  void a_suite_is_compared_with_what_papers_report() throws IOException {
    Path bare =
        TinyRun.write(
            home.resolve("bare.yaml"),
            """
            backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
            method: {name: adapter-x, heads: 2, bottleneck: 4}
            """);
    Object[] command = {
      "compare",
      bare,
      "train.epochs=1",
      "train.warmup-epochs=0",
      "train.lr=0.02",
      "--suite",
      "vtab-1k",
      "--root",
      vtab("kitti"),
      "--tasks",
      "kitti",
      "--published-scales",
      "--methods",
      "linear-probe,adapter-x",
      "--seeds",
      "1",
      "--out",
      out
    };
    Invocation compared = Invocation.of(command);
    assertThat(compared.code()).as(compared.err()).isZero();
    assertThat(compared.out())
        .containsPattern("method +\\| +kitti +\\| published")
        .containsPattern("linear-probe +\\| +[\\d.]+ +\\| +55.40 ")
        .containsPattern("adapter-x +\\| +[\\d.]+ +\\| +- ")
        .contains("methods with a scale took the one published for each task")
        .contains("normalisation none");
    assertThat(out.resolve("runs/kitti/adapter-x/seed-0/recipe.yaml"))
        .content()
        .contains("scale: 1.0", "batch: 64", "lr: 0.02");
    assertThat(out.resolve("runs/kitti/linear-probe/seed-0/recipe.yaml"))
        .content()
        .contains("method:\n  name: linear-probe\nhead:");
  }

  @Test
  void a_suite_without_its_data_says_which_files_it_wants_and_where_they_come_from()
      throws IOException {
    Path root = vtab("kitti");
    Object[] rest = {"--methods", "full", "--out", out};
    assertThat(refused(with(rest, "compare", recipe, "--suite", "vtab-1k", "--root", root)))
        .contains("18 of the 19 data sets of vtab-1k are not ready in " + root)
        .contains("  cifar lacks cifar/train800val200.txt, cifar/test.txt")
        .contains("https://github.com/ZhangYuanhan-AI/NOAH#data-preparation")
        .doesNotContain("kitti lacks");
    assertThat(
            refused(
                with(
                    rest,
                    "compare",
                    recipe,
                    "--suite",
                    "vtab-1k",
                    "--root",
                    root,
                    "--tasks",
                    "structred")))
        .contains("--tasks: vtab-1k has no task or group 'structred'", "'structured'");
    assertThat(refused(with(rest, "compare", recipe, "--suite", "vtab-1k")))
        .contains("--suite: expected --root FOLDER with it");
    assertThat(refused(with(rest, "compare", recipe, "--profile", "noah")))
        .contains("expected --suite NAME with them");
    assertThat(
            refused(
                with(
                    rest,
                    "compare",
                    recipe,
                    "--suite",
                    "fgvc",
                    "--root",
                    root,
                    "--published-scales")))
        .contains("fgvc has no published scales of adapters; vtab-1k has");
    assertThat(Files.exists(out)).isFalse();
  }

  private static Object[] with(Object[] rest, Object... first) {
    return Stream.of(first, rest).flatMap(Stream::of).toArray();
  }

  @Test
  void mistakes_are_told_before_anything_is_trained() {
    assertThat(refused("compare", recipe, "--methods", "lorra", "--out", out))
        .contains("unknown method 'lorra'");
    assertThat(refused("compare", recipe, "--methods", "full", "--seeds", "none", "--out", out))
        .contains(
            "--seeds: expected how many (1 to 1000), or which seeds, such as 0,1,2 (one alone: 4,), found 'none'");
    assertThat(refused("compare", recipe, "--methods", "full", "--seeds", ",", "--out", out))
        .contains("--seeds: expected how many");
    assertThat(SeedArguments.of("3,")).containsExactly(3L);
    assertThat(SeedArguments.of("2, 0")).containsExactly(2L, 0L);
    assertThat(refused("compare", recipe, "--methods", "full", "--seeds", "2,0,2", "--out", out))
        .contains("--seeds: 2 is there twice");
    assertThat(refused("compare", recipe, "--methods", "full", "--seeds", "0", "--out", out))
        .contains("--seeds: expected how many", "seed 0 alone is --seeds 0,");
    assertThat(refused("compare", recipe, "method.scale=1", "--methods", "full", "--out", out))
        .contains("changes the recipe's own method adapter-x, which --methods does not name");
    assertThat(refused("compare", recipe, "seed=1", "--methods", "full", "--out", out))
        .contains("--seeds 1, (with the comma this seed alone), of tune --seed 1");
    assertThat(refused("compare", recipe, "--methods", "full", "--csv", "--json", "--out", out))
        .contains("Give one of --csv, --json and --markdown");
    assertThat(refused("tune", recipe, "--methods", "full", "--out", out))
        .contains("expected a validation split to choose by, found none");
    assertThat(
            refused(
                "tune", recipe, "data.val=v", "--methods", "full", "--trials", "0", "--out", out))
        .contains("--trials: expected at least 1, found 0");
    assertThat(refused("compare", recipe, "--out", out)).contains("--methods");
    assertThat(Files.exists(out)).isFalse();
  }

  @Test
  void what_is_wrong_for_all_runs_is_told_before_the_first_as_train_tells_it() {
    Path pictures = home.resolve("pictures");
    for (int i = 0; i < 6; i++) {
      for (String split : List.of("train", "val", "test")) {
        TinyRun.picture(pictures.resolve(split + "/red/" + i + ".png"), new Color(200, 10, 9 * i));
        TinyRun.picture(pictures.resolve(split + "/blue/" + i + ".png"), new Color(10, 9 * i, 200));
      }
    }
    String mine = "data={path: " + pictures + ", train: train, val: val, test: test}";
    String two = "linear-probe,adapter-x";
    String trained =
        refused("train", recipe, mine, "data.train=train5", "--out", home.resolve("train"));
    assertThat(trained).contains("has no split 'train5'");
    assertThat(
            refused(
                "tune",
                recipe,
                mine,
                "--train",
                "train5",
                "--validation",
                "val",
                "--methods",
                two,
                "--out",
                out))
        .isEqualTo(trained);
    assertThat(
            refused("compare", recipe, mine, "data.train=train5", "--methods", two, "--out", out))
        .isEqualTo(trained);
    assertThat(refused("ablate", recipe, "data.path=nowhere", "--parts", "experts", "--out", out))
        .isEqualTo(refused("train", recipe, "data.path=nowhere", "--out", home.resolve("train")));
    Object[] none = {"backbone=null", "backbone.path=none.safetensors"};
    assertThat(refused("compare", recipe, none[0], none[1], "--methods", two, "--out", out))
        .isEqualTo(refused("train", recipe, none[0], none[1], "--out", home.resolve("train")));
    assertThat(out.resolve("runs")).doesNotExist();
  }

  @Test
  void tune_takes_the_list_it_is_told_to_train_on_where_the_folder_does_not_say_which()
      throws IOException {
    Path lists = home.resolve("lists");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      TinyRun.picture(
          lists.resolve("images/" + i + ".png"), new Color(i % 2 * 200, 10, 200 - i % 2 * 190));
      lines.append("images/%d.png %d\n".formatted(i, i % 2));
    }
    Files.writeString(lists.resolve("mine.txt"), lines);
    Files.writeString(lists.resolve("yours.txt"), lines);
    Files.writeString(lists.resolve("notes.txt"), "painted by hand\n");
    assertThat(refused("train", lists, "--out", home.resolve("train")))
        .contains("which split to train on is not clear; there are mine, yours")
        .contains("no lists of 'path label': notes.txt");
    Invocation tuned =
        Invocation.of(
            "tune",
            lists,
            "backbone.preset=vit_32x2x2_patch8_32",
            "train.epochs=1",
            "--train",
            "mine",
            "--validation",
            "yours",
            "--methods",
            "linear-probe",
            "--trials",
            "1",
            "--out",
            out);
    assertThat(tuned.code()).as(tuned.err()).isZero();
    assertThat(tuned.out()).contains("on 'yours', trained on 'mine'");
  }

  @Test
  void results_shows_what_there_is_and_names_what_it_leaves_out() throws IOException {
    Path runs = home.resolve("runs");
    Files.createDirectories(runs.resolve("a"));
    Files.createDirectories(runs.resolve("b"));
    TinyRun.write(
        runs.resolve("a/run.json"),
        "{\"backbone\": \"b\", \"data\": \"d\", \"method\": \"A\", \"test-accuracy-last\": 80}");
    TinyRun.write(runs.resolve("b/run.json"), "{");
    Invocation some = Invocation.of("results", runs);
    assertThat(some.code()).isZero();
    assertThat(some.out()).contains("80.00");
    assertThat(some.err())
        .contains("warning: 1 of 2 runs is left out:", "b/run.json is not readable JSON")
        .doesNotContain("REDACTED");
    assertThat(refused("results", runs.resolve("b"))).contains("is not readable JSON");
  }

  @Test
  void a_reason_that_all_runs_failed_for_is_told_once() {
    Invocation failed =
        Invocation.of(
            "tune",
            recipe,
            "data.hold-out=0.3",
            "train.lr=1e30",
            "--grid",
            TinyRun.write(home.resolve("grid.yaml"), "default: {train.weight-decay: [0, 0.1]}"),
            "--methods",
            "linear-probe",
            "--trials",
            "2",
            "--out",
            out);
    assertThat(failed.code()).as(failed.err()).isEqualTo(2);
    assertThat(failed.out()).contains("failed: Training diverged").containsPattern("trials? 1");
    assertThat(failed.out().lines()).allMatch(line -> !line.startsWith("|") || line.length() < 130);
    assertThat(failed.err()).containsPattern("All \\d runs failed");
  }

  private static String refused(Object... arguments) {
    Invocation wrong = Invocation.of(arguments);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err()).doesNotContain("\tat ");
    return wrong.err();
  }
}
