package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From images to predictions and back, with a random backbone of two blocks. */
class RunCommandsTest {
  @TempDir static Path home;
  static Path images;
  static Path run;

  @BeforeAll
  static void train() {
    run = TinyRun.trained(home, "adapter-x");
    images = home.resolve("images");
  }

  @Test
  void evaluation_measures_what_the_run_reported() throws IOException {
    JsonNode measured = Invocation.of("evaluate", run, "--json").json();

    String summary = Files.readString(run.resolve("run.json"));
    assertThat(summary).contains("\"test-accuracy-last\"");
    assertThat(measured.path("images").asInt()).isEqualTo(8);
    assertThat(summary.replace(" ", ""))
        .contains("\"test-accuracy-last\":" + measured.path("accuracy").asDouble() + ",");
    assertThat(measured.path("normalisation").asString()).isEqualTo("half");
    assertThat(measured.path("classes")).hasSize(2);
    assertThat(measured.path("classes").path(0).path("name").asString()).isEqualTo("blue");
    int right =
        measured.path("confusion").path(0).path(0).asInt()
            + measured.path("confusion").path(1).path(1).asInt();
    assertThat(measured.path("accuracy").asDouble()).isEqualTo(100.0 * right / 8);
  }

  @Test
  void evaluation_prints_a_table_per_class() {
    Invocation measured = Invocation.of("evaluate", run, "--best");

    assertThat(measured.code()).as(measured.err()).isZero();
    assertThat(measured.out())
        .contains("accuracy", "balanced accuracy", "macro F1", "normalisation", "half")
        .containsPattern("blue +4 ")
        .containsPattern("red +4 ");
  }

  @Test
  void evaluation_on_a_plain_folder_with_a_part_of_the_classes() {
    Path red = home.resolve("only-red");
    TinyRun.picture(red.resolve("red/0.png"), Color.RED);

    JsonNode measured = Invocation.of("evaluate", run, "--data", red, "--json").json();

    assertThat(measured.path("images").asInt()).isEqualTo(1);
    assertThat(measured.path("classes").path(0).path("recall").isNull()).isTrue();
    assertThat(measured.path("classes").path(1).path("images").asInt()).isEqualTo(1);
  }

  @Test
  void evaluation_on_classes_nobody_trained_is_refused() {
    Path green = home.resolve("greenish");
    TinyRun.picture(green.resolve("rad/0.png"), Color.GREEN);

    Invocation wrong = Invocation.of("evaluate", run, "--data", green);

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("none of the 2 classes trained", "rad", "did you mean 'red'?");
  }

  @Test
  void evaluation_on_a_split_that_is_not_there_says_which_are() {
    Invocation wrong = Invocation.of("evaluate", run, "--split", "tset");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("no split 'tset'", "train, test", "did you mean 'test'?");
  }

  @Test
  void a_broken_image_is_left_out_of_an_evaluation_and_many_stop_it_unless_allowed() {
    Path data = TinyRun.data(home.resolve("damaged"));
    TinyRun.write(data.resolve("test/red/9.png"), "no picture");

    Invocation one = Invocation.of("evaluate", run, "--data", data);

    assertThat(one.code()).isZero();
    assertThat(one.err()).contains("warning", "9.png");
    assertThat(one.out()).containsPattern("broken images +1");

    for (int i = 10; i < 15; i++) {
      TinyRun.write(data.resolve("test/red/" + i + ".png"), "no picture");
    }
    Invocation stopped = Invocation.of("evaluate", run, "--data", data);
    Invocation allowed = Invocation.of("evaluate", run, "--data", data, "--allow-broken");

    assertThat(stopped.code()).isEqualTo(2);
    assertThat(stopped.err()).contains("samples are broken, more than the 25 % allowed");
    assertThat(allowed.code()).isZero();
    assertThat(allowed.out()).containsPattern("broken images +6");
  }

  @Test
  void prediction_gives_one_object_per_file() {
    Invocation predicted = Invocation.of("predict", run, images.resolve("test"), "--json");

    assertThat(predicted.code()).as(predicted.err()).isZero();
    List<JsonNode> lines = predicted.jsonLines();
    assertThat(lines).hasSize(8);
    assertThat(lines.get(0).path("file").asString())
        .isEqualTo(images.resolve("test/blue/0.png").toString());
    for (JsonNode line : lines) {
      JsonNode first = line.path("top").path(0);
      assertThat(line.path("label")).isEqualTo(first.path("label"));
      assertThat(List.of("blue", "red").get(line.path("index").asInt()))
          .isEqualTo(line.path("label").asString());
      assertThat(line.path("probability").asDouble()).isBetween(0.5, 1.0);
      double sum =
          line.path("top").valueStream().mapToDouble(g -> g.path("probability").asDouble()).sum();
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void prediction_agrees_with_evaluation() {
    JsonNode confusion = Invocation.of("evaluate", run, "--json").json().path("confusion");
    int[] labels = new int[2];
    Invocation.of("predict", run, images.resolve("test/red"), "--json")
        .jsonLines()
        .forEach(line -> labels[line.path("index").asInt()]++);

    assertThat(labels)
        .containsExactly(confusion.path(1).path(0).asInt(), confusion.path(1).path(1).asInt());
  }

  @Test
  void prediction_reads_paths_from_standard_input() {
    Path one = images.resolve("test/red/1.png");
    Path two = images.resolve("test/blue/2.png");

    Invocation predicted =
        Invocation.withInput(one + "\n\n" + two + "\n", "predict", run, "-", "--json", "--top", 1);

    assertThat(predicted.jsonLines().stream().map(l -> l.path("file").asString()))
        .containsExactly(one.toString(), two.toString());
    assertThat(predicted.jsonLines().get(0).path("top")).hasSize(1);
  }

  @Test
  void prediction_from_an_empty_standard_input_says_so() {
    Invocation wrong = Invocation.withInput("\n", "predict", run, "-");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("Standard input named no file");
  }

  @Test
  void prediction_prints_a_table() {
    Invocation predicted = Invocation.of("predict", run, images.resolve("test/red/0.png"));

    assertThat(predicted.out().lines().toList()).hasSize(2);
    assertThat(predicted.out())
        .contains("probability", "0.png")
        .containsPattern("\\d\\d\\.\\d\\d %");
  }

  @Test
  void a_broken_jpeg_is_named_and_the_others_go_on() throws IOException {
    Path good = TinyRun.picture(home.resolve("mixed/a.jpg"), Color.RED);
    Path half = home.resolve("mixed/b.jpg");
    byte[] bytes = Files.readAllBytes(good);
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    Path last = TinyRun.picture(home.resolve("mixed/c.jpg"), Color.BLUE);

    Invocation predicted = Invocation.of("predict", run, home.resolve("mixed"), "--json");

    assertThat(predicted.code()).isEqualTo(2);
    assertThat(predicted.err()).contains(half.toString(), "1 of 3 files could not be read");
    assertThat(predicted.jsonLines().stream().map(l -> l.path("file").asString()))
        .containsExactly(good.toString(), last.toString());
  }

  @Test
  void files_that_are_all_broken_are_all_named() {
    Path missing = home.resolve("missing.jpg");
    Path text = TinyRun.write(home.resolve("text.jpg"), "text");

    Invocation predicted = Invocation.of("predict", run, missing, text);

    assertThat(predicted.code()).isEqualTo(2);
    assertThat(predicted.out()).isEmpty();
    assertThat(predicted.err()).contains("missing.jpg", "no such file", "text.jpg", "2 of 2 files");
  }

  @Test
  void prediction_without_files_or_run_says_what_it_wants() {
    assertThat(Invocation.of("predict", run).err()).contains("Expected a run and at least one");
    assertThat(Invocation.of("predict", images, "x.jpg").err()).contains("is no run folder");
    assertThat(Invocation.of("predict", run, home.resolve("run"), "--labels", "l").err())
        .contains("belong to --backbone");
  }

  @Test
  void a_defect_is_ours_and_shows_its_place_only_when_asked() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("unplugged");
          }
        };
    StringWriter err = new StringWriter();
    PrintWriter out = new PrintWriter(new StringWriter());

    int code = Main.run(broken, out, new PrintWriter(err), "predict", run.toString(), "-");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("a defect of ours", "unplugged", "--verbose");
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void a_run_without_its_adapter_is_sent_back_to_training() throws IOException {
    Path unfinished = home.resolve("unfinished");
    Files.createDirectories(unfinished);
    Files.copy(run.resolve("recipe.yaml"), unfinished.resolve("recipe.yaml"));

    assertThat(Invocation.of("evaluate", unfinished).err())
        .contains("no adapter yet", "train --resume");
    assertThat(Invocation.of("evaluate", unfinished, "--best").err())
        .contains("no adapter of a best epoch", "data.val");
  }

  @Test
  void adapter_x_is_not_merged_and_says_why() {
    Path out = home.resolve("merged/model.safetensors");

    Invocation refused = Invocation.of("merge", run, "--out", out);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("cannot be merged", "depends on the data", "prompts");
    assertThat(out).doesNotExist();
  }

  @Test
  void a_linear_probe_leaves_nothing_to_merge(@TempDir Path folder) {
    Path probe = TinyRun.trained(folder, "linear-probe");

    Invocation refused = Invocation.of("merge", probe, "--out", folder.resolve("m.safetensors"));

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("nothing to merge", "backbone is unchanged");
  }

  @Test
  void a_fully_tuned_run_predicts_the_same_once_merged(@TempDir Path folder) {
    Path full = TinyRun.trained(folder, "full");
    Path out = folder.resolve("tuned/model.safetensors");
    Path photo = images.resolve("test/red/3.png");

    Invocation merged = Invocation.of("merge", full, "--out", out);
    Invocation again = Invocation.of("merge", full, "--out", out);

    assertThat(merged.code()).as(merged.err()).isZero();
    assertThat(merged.out()).contains("model.safetensors", "config.json", "labels.txt");
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
    Object[] plain = {
      "predict",
      "--backbone",
      out,
      "--labels",
      out.resolveSibling("labels.txt"),
      photo,
      "--json",
      "--precision",
      "fp32"
    };
    assertThat(Invocation.of(plain).jsonLines())
        .isEqualTo(Invocation.of("predict", full, photo, "--json").jsonLines());
  }

  /** A run of the same data and backbone, of a method with fewer experts. */
  private static Path beside(Path folder, String method) {
    Path other = folder.resolve("other");
    TinyRun.data(folder.resolve("images"));
    Path recipe = TinyRun.recipe(folder, method);
    assertThat(Invocation.of("train", recipe, "--out", other).code()).isZero();
    return other;
  }

  @Test
  void an_ensemble_predicts_the_mean_of_its_runs(@TempDir Path folder) {
    Path other = beside(folder, "full");
    Path photo = images.resolve("test/red/0.png");

    Invocation both = Invocation.of("predict", run, "--with", other, photo, "--json");

    double mean = (redness(run, photo) + redness(other, photo)) / 2;
    assertThat(both.code()).as(both.err()).isZero();
    assertThat(redness(both)).isCloseTo(mean, within(1e-6));
  }

  private static double redness(Path run, Path photo) {
    return redness(Invocation.of("predict", run, photo, "--json"));
  }

  private static double redness(Invocation predicted) {
    return predicted
        .jsonLines()
        .get(0)
        .path("top")
        .valueStream()
        .filter(g -> g.path("label").asString().equals("red"))
        .mapToDouble(g -> g.path("probability").asDouble())
        .sum();
  }

  @Test
  void evaluation_shows_an_ensemble_beside_its_members(@TempDir Path folder) {
    Path other = beside(folder, "full");

    Invocation table = Invocation.of("evaluate", run, "--with", other);
    JsonNode json = Invocation.of("evaluate", run, "--with", other, "--json").json();

    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out()).contains(run.toString(), other.toString(), "ensemble of 2");
    assertThat(json.path("members")).hasSize(2);
    assertThat(json.path("members").path(0).path("accuracy"))
        .isEqualTo(Invocation.of("evaluate", run, "--json").json().path("accuracy"));
    assertThat(json.path("members").path(1).path("accuracy"))
        .isEqualTo(Invocation.of("evaluate", other, "--json").json().path("accuracy"));
  }

  @Test
  void ensembles_say_what_they_want() {
    assertThat(Invocation.of("predict", run, "--with", run, "x.jpg").err())
        .contains("named twice in the ensemble");
    assertThat(Invocation.of("predict", "--backbone", "w", "--with", run, "x.jpg").err())
        .contains("--with averages runs");
    assertThat(Invocation.of("evaluate", run, "--with", run, "--alpha", "0.5").err())
        .contains("give one of them at a time");
  }

  @Test
  void weights_between_frozen_and_tuned_are_measured_and_written(@TempDir Path folder) {
    Path full = TinyRun.trained(folder, "full");
    Path out = folder.resolve("half/model.safetensors");

    Invocation table = Invocation.of("evaluate", full, "--alpha", "0,0.5,1");
    JsonNode curve = Invocation.of("evaluate", full, "--alpha", "0,1", "--json").json();
    Invocation merged = Invocation.of("merge", full, "--out", out, "--alpha", "0.5");

    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out()).contains("alpha", "0.5", "images");
    assertThat(curve.path("curve")).hasSize(2);
    assertThat(curve.path("curve").path(1).path("loss"))
        .isEqualTo(Invocation.of("evaluate", full, "--json").json().path("loss"));
    assertThat(merged.code()).as(merged.err()).isZero();
    assertThat(Invocation.of("evaluate", full, "--alpha", "0.5", "--json").json().path("alpha"))
        .hasToString("0.5");
    assertThat(Invocation.of("merge", full, "--out", folder.resolve("m"), "--alpha", "2").err())
        .contains("from 0 (frozen) to 1 (tuned), found 2.0");
    assertThat(Invocation.of("evaluate", run, "--alpha", "0.5").err())
        .contains("cannot be merged", "depends on the data");
  }
}
