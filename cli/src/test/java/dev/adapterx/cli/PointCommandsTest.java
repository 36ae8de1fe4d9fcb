package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From point clouds to predictions and back, with a random point transformer of two blocks. */
class PointCommandsTest {
  @TempDir static Path home;
  static Path clouds;
  static Path run;

  @BeforeAll
  static void train() {
    run = TinyClouds.trained(home, "adapter-x");
    clouds = home.resolve("clouds");
  }

  @Test
  void evaluation_measures_what_the_run_reported() throws IOException {
    JsonNode measured = Invocation.of("evaluate", run, "--json").json();

    assertThat(measured.path("clouds").asInt()).isEqualTo(8);
    assertThat(Files.readString(run.resolve("run.json")).replace(" ", ""))
        .contains("\"test-accuracy-last\":" + measured.path("accuracy").asDouble() + ",");
    assertThat(measured.path("normalisation").asString()).isEqualTo("unit-sphere");
    assertThat(measured.path("classes").path(0).path("name").asString()).isEqualTo("flat");
    assertThat(measured.path("classes").path(0).path("clouds").asInt()).isEqualTo(4);
  }

  @Test
  void evaluation_prints_clouds() {
    Invocation measured = Invocation.of("evaluate", run, "--best");

    assertThat(measured.code()).as(measured.err()).isZero();
    assertThat(measured.out())
        .containsPattern("clouds +8")
        .containsPattern("broken clouds +0")
        .containsPattern("flat +4 ")
        .doesNotContain("images");
  }

  @Test
  void a_plain_folder_with_a_part_of_the_classes_is_taken_whole() {
    Path plain = home.resolve("only-long");
    TinyClouds.cloud(plain.resolve("long/0.xyz"), 0.1, 1, 0.1, Rng.of(1, "plain"));

    JsonNode measured = Invocation.of("evaluate", run, "--data", plain, "--json").json();

    assertThat(measured.path("clouds").asInt()).isEqualTo(1);
    assertThat(measured.path("classes").path(0).path("recall").isNull()).isTrue();
    assertThat(measured.path("classes").path(1).path("clouds").asInt()).isEqualTo(1);
  }

  @Test
  void a_class_nobody_trained_is_refused() {
    Path other = home.resolve("other");
    TinyClouds.cloud(other.resolve("lomg/0.xyz"), 1, 1, 1, Rng.of(1, "other"));

    Invocation wrong = Invocation.of("evaluate", run, "--data", other);

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("none of the 2 classes trained", "did you mean 'long'?");
  }

  @Test
  void prediction_searches_folders_for_clouds_and_agrees_with_evaluation() {
    TinyRun.write(clouds.resolve("test/long/notes.md"), "not a cloud");
    JsonNode confusion = Invocation.of("evaluate", run, "--json").json().path("confusion");
    int[] labels = new int[2];

    Invocation predicted = Invocation.of("predict", run, clouds.resolve("test/long"), "--json");

    assertThat(predicted.code()).as(predicted.err()).isZero();
    predicted.jsonLines().forEach(line -> labels[line.path("index").asInt()]++);
    assertThat(labels)
        .containsExactly(confusion.path(1).path(0).asInt(), confusion.path(1).path(1).asInt());
  }

  @Test
  void prediction_passes_over_what_lies_beside_clouds() throws IOException {
    Path own = Files.createDirectories(home.resolve("beside"));
    Files.copy(clouds.resolve("test/flat/1.xyz"), own.resolve("a.xyz"));
    for (String beside : List.of("classes.txt", "readme.txt", "a.labels.txt")) {
      TinyRun.write(own.resolve(beside), "flat\nlong\n");
    }
    Invocation predicted = Invocation.of("predict", run, own, "--json");
    assertThat(predicted.code()).as(predicted.err()).isZero();
    assertThat(predicted.jsonLines()).hasSize(1);
    Invocation named = Invocation.of("predict", run, own.resolve("classes.txt"));
    assertThat(named.code()).as("named, it is a cloud that is broken").isEqualTo(2);
  }

  @Test
  void prediction_reads_meshes_and_paths_from_standard_input() {
    Path mesh = TinyClouds.text(home.resolve("meshes/wedge.off"), WEDGE);
    Path cloud = clouds.resolve("test/flat/1.xyz");

    Invocation predicted =
        Invocation.withInput(cloud + "\n" + mesh + "\n", "predict", run, "-", "--json");

    assertThat(predicted.jsonLines().stream().map(l -> l.path("file").asString()))
        .as(predicted.err())
        .containsExactly(cloud.toString(), mesh.toString());
  }

  private static final String WEDGE =
      """
      OFF
      4 4 6
      0 0 0
      1 0 0
      0 1 0
      0 0 1
      3 0 1 2
      3 0 1 3
      3 0 2 3
      3 1 2 3
      """;

  @Test
  void a_photo_among_clouds_is_told_what_the_backbone_takes() {
    Path photo = TinyRun.picture(home.resolve("mixed/photo.png"), java.awt.Color.RED);
    Path cloud = clouds.resolve("test/flat/1.xyz");

    Invocation predicted = Invocation.of("predict", run, photo, cloud, "--json");

    assertThat(predicted.code()).isEqualTo(2);
    assertThat(predicted.jsonLines()).hasSize(1);
    assertThat(predicted.err())
        .contains("photo.png", "point transformer, which takes point clouds", "1 of 2 files");
    assertThat(Invocation.of("predict", run, home.resolve("mixed")).err())
        .contains("mixed holds images", "point transformer, which takes point clouds");
  }

  @Test
  void resuming_gives_the_bytes_of_going_straight_through(@TempDir Path folder) throws IOException {
    Path half =
        TinyClouds.trained(folder, "adapter-x", "train.epochs=1", "train.schedule=constant");
    Path straight = folder.resolve("straight");
    Invocation.of(
        "train",
        folder.resolve("recipe.yaml"),
        "--out",
        straight,
        "train.epochs=2",
        "train.schedule=constant");

    Invocation resumed = Invocation.of("train", "--resume", half, "train.epochs=2");

    assertThat(resumed.code()).as(resumed.err()).isZero();
    for (String file :
        List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
      assertThat(half.resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
    }
  }

  @Test
  void a_classifier_of_its_own_predicts_without_a_run(@TempDir Path folder) {
    Path full = TinyClouds.trained(folder, "full", "head=mlp");
    Path out = folder.resolve("tuned/point.safetensors");
    Path cloud = clouds.resolve("test/flat/3.xyz");

    Invocation merged = Invocation.of("merge", full, "--out", out);

    assertThat(merged.code()).as(merged.err()).isZero();
    Object[] plain = {
      "predict",
      "--backbone",
      out,
      "--labels",
      out.resolveSibling("labels.txt"),
      cloud,
      "--json",
      "--precision",
      "fp32"
    };
    assertThat(Invocation.of(plain).jsonLines())
        .isNotEmpty()
        .isEqualTo(Invocation.of("predict", full, cloud, "--json").jsonLines());
  }

  @Test
  void parameters_are_counted_with_the_head_of_the_papers() {
    JsonNode counted =
        Invocation.of(
                "params",
                "point_mae_scan",
                "--method",
                "adapter-x",
                "--head",
                15,
                "head=mlp",
                "--json")
            .json();

    assertThat(counted.path("trainable").asLong()).isEqualTo(313_423);
  }

  @Test
  void a_recipe_counts_the_classes_of_its_clouds() {
    assertThat(Invocation.of("params", home.resolve("recipe.yaml")).out()).contains("2 classes");
    assertThat(Invocation.of("params", "point_mea").err())
        .contains("Unknown preset", "did you mean 'point_mae'?");
  }

  @Test
  void a_sound_data_set_passes() {
    Invocation checked = Invocation.of("data", "check", clouds);

    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.out()).contains("clouds", "flat", "long", "No problems");
    JsonNode json = Invocation.of("data", "check", clouds, "--json").json();
    assertThat(json.path("sound").asBoolean()).isTrue();
    assertThat(json.path("splits")).hasSize(2);
  }

  @Test
  void labels_of_another_name_are_named_in_a_check() {
    Path h5 = TinyClouds.h5(home.resolve("h5"), 0, 1, 0, 1);

    assertThat(Invocation.of("data", "check", h5, "--label", "label_common").code()).isZero();
    Invocation wrong = Invocation.of("data", "check", h5);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.out() + wrong.err()).contains("label", "label_common");
  }

  @Test
  void options_of_the_other_kind_of_data_are_refused() {
    assertThat(Invocation.of("data", "check", clouds, "--no-decode").err())
        .contains("--no-decode is about images", "holds point clouds");
    Path images = TinyRun.data(home.resolve("images"));
    assertThat(Invocation.of("data", "check", images, "--label", "x").err())
        .contains("--label and --variant are about point clouds", "holds images");
    assertThat(Invocation.of("data", "check", run.resolve("recipe.yaml")).err())
        .contains("is no data set");
  }
}
