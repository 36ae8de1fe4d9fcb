package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Batch;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.FeatureCache;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for trainings on images holds on point clouds. */
class PointTrainingTest {
  @TempDir Path folder;

  /** Convpass needs the grid of a picture's patches. */
  static Stream<String> methods() {
    return Methods.names().stream().filter(name -> !name.equals("convpass"));
  }

  /** IDPT's graph has more neighbours than these clouds have groups; others fit by default. */
  private static String method(String name) {
    return "method=" + (name.equals("idpt") ? "{name: idpt, neighbours: 2}" : name);
  }

  private static Recipe recipe(String... overrides) {
    List<String> all = new ArrayList<>(List.of("method.name=adapter-x"));
    all.addAll(List.of(overrides));
    return Recipe.read(
        """
        seed: 3
        backbone: {preset: point_32x2x2_c8_g4k8_64, precision: fp32}
        data: {path: "shapes:3x8", augment: none, threads: 2, cache-megabytes: 16}
        train: {epochs: 2, batch: 6, micro-batch: 4, lr: 0.01, min-lr: 0.0001,
          warmup-epochs: 1, warmup-lr: 0.001, drop-path: 0.1, eval-batch: 8}
        """,
        all,
        "tiny");
  }

  private Path trained(String name, String... overrides) {
    Path run = folder.resolve(name);
    TrainRun.start(recipe(overrides), run, RunListener.NONE);
    return run;
  }

  private static void assertSame(Path run, Path other) {
    for (String file :
        List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
      assertThat(Tiny.bytes(run.resolve(file))).as(file).isEqualTo(Tiny.bytes(other.resolve(file)));
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(other));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_method_leaves_an_adapter_that_predicts_as_the_run_did(String method) {
    Path run = folder.resolve("run");
    RunResult result = TrainRun.start(recipe(method(method), "head=mlp"), run, RunListener.NONE);

    assertThat(Tiny.metrics(run)).hasSize(2);
    Recipe recipe = Recipe.read(run.resolve("recipe.yaml"), List.of());
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), recipe.seed());
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        AdaptedModel model = AdapterFile.read(run.resolve("adapter")).attach(backbone);
        Workers workers = new Workers(1);
        Epoch batches = task.test().epoch(0)) {
      assertThat(new Evaluator(model, workers).evaluate(batches).predictions())
          .isEqualTo(result.last().predictions())
          .hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "scale-translate"})
  void the_number_of_threads_that_read_changes_no_byte(String augment) {
    assertSame(
        trained("one", "data.augment=" + augment, "data.threads=1"),
        trained("five", "data.augment=" + augment, "data.threads=5", "data.cache-megabytes=0"));
  }

  @Test
  void remembered_clouds_are_the_same_bytes_however_they_are_read() {
    Path run =
        trained("one", "method=point-peft", "data.threads=1", "data.augment=scale-translate");
    assertSame(
        run,
        trained("five", "method=point-peft", "data.threads=5", "data.augment=scale-translate"));
    float[] bank =
        WeightFile.read(run.resolve("adapter/adapter_model.safetensors"))
            .tensor("memory.bank")
            .floats();
    for (int row = 0; row < 1024; row++) {
      double square = 0;
      for (int d = 0; d < 32; d++) {
        square += bank[32 * row + d] * bank[32 * row + d];
      }
      assertThat(square).as("row " + row).isCloseTo(row < 24 ? 1 : 0, within(1e-5));
    }
  }

  /** Examples are shown before the first epoch alone; a run that goes on has them kept. */
  @Test
  void a_run_that_goes_on_remembers_what_it_was_shown() {
    Path whole =
        trained("whole", "method=point-peft", "train.schedule=constant", "train.warmup-epochs=0");
    Path half =
        trained(
            "half",
            "method=point-peft",
            "train.schedule=constant",
            "train.warmup-epochs=0",
            "train.epochs=1");
    TrainRun.resume(half, List.of("train.epochs=2"), RunListener.NONE);
    assertThat(Tiny.bytes(half.resolve("adapter/adapter_model.safetensors")))
        .isEqualTo(Tiny.bytes(whole.resolve("adapter/adapter_model.safetensors")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "mlp"})
  void the_number_of_threads_that_compute_changes_no_bit(String head) {
    assertThat(theta(1, head)).isEqualTo(theta(3, head));
  }

  private static float[] theta(int threads, String head) {
    Recipe recipe =
        recipe("data.augment=scale-translate", "head=" + head, "backbone.batch-norm=update");
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 3);
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, recipe.method(), recipe.classification(task.classes()), 3);
        Workers workers = new Workers(threads);
        Trainer trainer = new Trainer(model, recipe.train(), 3, workers);
        Epoch batches = task.train().epoch(0)) {
      trainer.train(0, batches, task.train().batches(), (step, steps, loss) -> {});
      return Tensors.floats(trainer.optimiser().theta());
    }
  }

  @Test
  void a_linear_probe_gives_the_same_bytes_with_and_without_kept_features() {
    assertSame(
        trained("kept", "method=linear-probe"),
        trained("walked", "method=linear-probe", "data.cache-megabytes=0"));
  }

  @Test
  void features_are_kept_only_without_augmentation() {
    assertThat(keeps("data.augment=none")).isTrue();
    assertThat(keeps("data.augment=scale-translate")).isFalse();
    assertThat(keeps("method=adapter-x")).isFalse();
  }

  private static boolean keeps(String option) {
    Recipe recipe = recipe("method=linear-probe", option);
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 3);
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, recipe.method(), recipe.classification(task.classes()), 3)) {
      return FeatureCache.suits(model, task.train(), Long.MAX_VALUE);
    }
  }

  @Test
  void a_loop_of_ones_own_cannot_forget_the_training_inputs_a_method_remembers() {
    Recipe recipe = recipe("method=point-peft", "method.memory=8");
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 3);
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, recipe.method(), Classification.of(task.classes()), recipe.seed());
        Workers workers = new Workers(1);
        Trainer trainer = new Trainer(model, recipe.train(), 3, workers);
        Epoch batches = task.train().epoch(0)) {
      int steps = task.train().batches();
      assertThatThrownBy(() -> trainer.train(0, batches, steps, (step, of, loss) -> {}))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "point-peft needs 8 training inputs before it is trained, and has received none. Call"
                  + " TrainingData.prepare(model), or AdaptedModel.prepare with inputs of your"
                  + " own, before the first step");
      task.prepare(model);
      assertThat(Tensors.floats(model.buffers().get("memory.bank"))).doesNotContain(0f);
      assertThat(trainer.train(0, batches, steps, (step, of, loss) -> {}).loss()).isFinite();
    }
  }

  @Test
  void a_batch_holds_groups_of_points() {
    Recipe recipe = recipe();
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 3);
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        Epoch batches = task.train().epoch(0)) {
      Batch<?> first = batches.iterator().next();
      assertThat(first.values()).hasDimensions(6, 4 * (8 + 1) * 3);
    }
  }

  @Test
  void run_and_report_speak_of_clouds() {
    Path run = trained("fold", "data.path=shapes:3x8", "data.hold-out=0.25");
    String json = Settings.json().readTree(Tiny.text(run.resolve("run.json"))).toString();
    assertThat(json).contains("24 clouds of 3 classes", "6 clouds held out of the training split");
    assertThat(Tiny.text(run.resolve("report.html"))).contains("unit-sphere");
  }

  @Test
  void a_listener_hears_what_is_trained_on() {
    List<String> heard = new ArrayList<>();
    RunListener ear =
        new RunListener() {
          @Override
          public void started(Map<String, String> facts, int batch, String noun) {
            heard.add(batch + " " + noun);
          }
        };
    TrainRun.start(recipe("method=linear-probe"), folder.resolve("clouds"), ear);
    Recipe images = Tiny.recipe(Tiny.images(folder.resolve("set")), "method=linear-probe");
    TrainRun.start(images, folder.resolve("images"), ear);
    assertThat(heard).containsExactly("6 clouds", images.train().batch() + " images");
  }
}
