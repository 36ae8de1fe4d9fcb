package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.task.Evaluation;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TrainRunTest {
  private static final Set<String> ON_POINTS_ONLY = Set.of("point-gst", "point-peft");

  @TempDir static Path images;
  @TempDir Path folder;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  static Stream<String> methods() {
    return Methods.names().stream().filter(name -> !ON_POINTS_ONLY.contains(name));
  }

  /** Settings that fit a backbone of width 32; other methods fit with their defaults. */
  private static String method(String name) {
    Map<String, String> small =
        Map.of("adapter-x", Tiny.ADAPTER_X, "idpt", "{name: idpt, neighbours: 4}");
    return "method=" + small.getOrDefault(name, name);
  }

  private RunResult train(String... overrides) {
    return TrainRun.start(Tiny.recipe(images, overrides), folder.resolve("run"), RunListener.NONE);
  }

  private Path run() {
    return folder.resolve("run");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void leaves_a_run_folder_whose_adapter_predicts_as_the_run_did(String method) {
    RunResult result = train(method(method), "data.val=val", "train.test-every=2");

    assertThat(run().resolve("recipe.yaml")).exists();
    assertThat(run().resolve("adapter/adapter_config.json")).exists();
    assertThat(run().resolve("adapter/adapter_model.safetensors")).exists();
    assertThat(run().resolve("checkpoint/last.safetensors")).exists();
    assertThat(run().resolve("events")).isNotEmptyDirectory();
    assertThat(Tiny.text(run().resolve("report.html")))
        .contains(Tiny.CLASSES)
        .contains(result.method());
    assertThat(Tiny.metrics(run())).hasSize(4);
    assertThat(Tiny.metrics(run()).get(1))
        .contains("\"epoch\":2", "\"loss\"", "\"val-accuracy\"", "\"test-accuracy\"", "\"lr\"");
    assertThat(Tiny.metrics(run()).get(0)).doesNotContain("test-accuracy");
    assertThat(Tiny.text(run().resolve("metrics.csv")).lines()).hasSize(5);
    assertReloads(run().resolve("adapter"), result.last());
    if (result.bestEpoch() < 4) {
      assertReloads(run().resolve("adapter-best"), result.best());
    }
  }

  private void assertReloads(Path adapter, Evaluation expected) {
    Recipe recipe = Recipe.read(run().resolve("recipe.yaml"), List.of());
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), recipe.seed());
        TrainingData<?> task =
            TrainingData.open(
                recipe.data(), backbone.preprocessing(), recipe.train(), recipe.seed());
        AdaptedModel model = AdapterFile.read(adapter).attach(backbone);
        Workers workers = Workers.all();
        Epoch batches = task.test().epoch(0)) {
      assertThat(new Evaluator(model, workers).evaluate(batches).predictions())
          .isEqualTo(expected.predictions())
          .hasSize(9);
    }
  }

  @Test
  void run_json_says_where_the_result_comes_from() {
    RunResult result = train();
    JsonNode json = Settings.json().readTree(Tiny.text(run().resolve("run.json")));
    ParameterReport p = result.parameters();
    assertThat(json.get("parameters").get("trainable").asLong()).isEqualTo(p.trainable());
    assertThat(json.get("test-accuracy-last").asDouble()).isEqualTo(result.last().accuracy());
    JsonNode facts = json.get("provenance");
    assertThat(facts.get("seed").asString()).isEqualTo("3");
    assertThat(facts.get("backbone").asString()).contains("vit_32x2x2_patch8_32", "initial-3");
    assertThat(facts.get("data train").asString()).contains("21 images of 3 classes");
    assertThat(facts.get("fingerprint test").asString()).isNotEmpty();
    assertThat(facts.has("recipe changed")).isFalse();
  }

  @Test
  void learns_three_colours() {
    RunResult result =
        train("method=full", "train.epochs=12", "train.batch=7", "train.micro-batch=7");
    assertThat(result.last().accuracy()).isGreaterThan(80);
  }

  @Test
  void the_best_epoch_is_the_one_of_the_highest_validation_accuracy() {
    RunResult result = train("data.val=val", "train.lr=0.03", "train.epochs=5");
    double highest = Double.NEGATIVE_INFINITY;
    int epoch = 0;
    for (String line : Tiny.metrics(run())) {
      JsonNode record = Settings.json().readTree(line);
      if (record.get("val-accuracy").asDouble() > highest) {
        highest = record.get("val-accuracy").asDouble();
        epoch = record.get("epoch").asInt();
      }
    }
    assertThat(result.bestEpoch()).isEqualTo(epoch);
    assertThat(result.line().text()).contains("val");
    assertReloads(run().resolve("adapter-best"), result.best());
  }

  @Test
  void a_held_out_share_plays_the_validation_split() {
    RunResult result = train("data.hold-out=0.3");
    assertThat(result.bestEpoch()).isPositive();
    assertThat(Tiny.metrics(run())).allMatch(line -> line.contains("val-accuracy"));
    assertThat(Tiny.text(run().resolve("run.json")))
        .contains("6 images held out of the training split")
        .contains("held-out part of train");
    assertThat(run().resolve("adapter-best")).exists();
  }

  @Test
  void without_a_test_split_there_is_an_adapter_and_a_report_but_no_result() {
    RunResult result = train("data.test=null");
    assertThat(result.last()).isNull();
    assertThat(result.line()).isNull();
    assertThat(run().resolve("adapter/adapter_model.safetensors")).exists();
    assertThat(Tiny.text(run().resolve("report.html"))).contains("Nothing was measured");
  }

  @Test
  void without_validation_no_epoch_is_best() {
    RunResult result = train();
    assertThat(result.bestEpoch()).isZero();
    assertThat(run().resolve("adapter-best")).doesNotExist();
    assertThat(result.best()).isEqualTo(result.last());
  }

  @Test
  void a_finished_run_can_be_reported_again() throws Exception {
    RunResult first = train("data.val=val");
    byte[] adapter = Tiny.bytes(run().resolve("adapter/adapter_model.safetensors"));
    Files.delete(run().resolve("report.html"));
    RunResult again = TrainRun.resume(run(), RunListener.NONE);
    assertThat(again.last().predictions()).isEqualTo(first.last().predictions());
    assertThat(again.bestEpoch()).isEqualTo(first.bestEpoch());
    assertThat(Tiny.bytes(run().resolve("adapter/adapter_model.safetensors"))).isEqualTo(adapter);
    assertThat(run().resolve("report.html")).exists();
  }

  @Test
  void a_folder_with_something_in_it_is_left_alone() throws Exception {
    Files.createDirectories(run());
    Files.writeString(run().resolve("diary.txt"), "mine");
    assertThatThrownBy(this::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is not empty");
    try (var files = Files.list(run())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void what_is_no_run_folder_cannot_be_resumed() {
    assertThatThrownBy(() -> TrainRun.resume(folder, RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is no run folder");
  }

  @Test
  void a_recipe_with_paths_relative_to_here_can_be_resumed() {
    Path relative = Path.of("").toAbsolutePath().relativize(images.toAbsolutePath());
    TrainRun.start(
        Tiny.recipe(relative, "train.epochs=2"), folder.resolve("run"), RunListener.NONE);
    assertThat(TrainRun.resume(run(), RunListener.NONE).last()).isNotNull();
  }
}
