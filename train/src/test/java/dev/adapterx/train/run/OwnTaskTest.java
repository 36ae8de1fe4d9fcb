package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Scores;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.PatchTask;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.EpochResult;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.recipe.TrainRecipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that is no classification goes through trainer, evaluator and adapter file. */
class OwnTaskTest {
  private static final PatchTask TASK = new PatchTask(List.of("dark", "light", "edge"));
  private static final int SAMPLES = 4;

  @TempDir Path folder;
  private final Backbone backbone =
      Backbones.initial("vit_32x2x2_patch8_32", Backbones.Options.defaults(), 1);

  @AfterEach
  void close() {
    backbone.close();
  }

  private AdaptedModel model() {
    AdapterX method =
        AdapterX.with(
            o -> {
              o.dropout = 0;
              o.scale = 0.1;
            });
    return AdaptedModel.attach(backbone, method, TASK, 1);
  }

  private static TrainRecipe recipe(int micro) {
    return Tiny.recipe(Path.of("none"), "train.batch=4", "train.micro-batch=" + micro).train();
  }

  /** The more patches of a sample have a class the later it comes; the first has none at all. */
  private static Batch<int[]> batch() {
    Rng rng = Rng.of(5, "batch");
    float[][] values = new float[SAMPLES][3 * 32 * 32];
    List<int[]> targets = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      for (int v = 0; v < values[i].length; v++) {
        values[i][v] = (float) rng.nextGaussian();
      }
      int known = 5 * i;
      targets.add(IntStream.range(0, 16).map(g -> g < known ? g % 3 : -1).toArray());
    }
    return new Batch<>(values, targets, IntStream.range(0, SAMPLES).toArray());
  }

  @Test
  void the_loss_is_the_mean_over_what_has_a_target_however_a_batch_is_cut() {
    List<float[]> gradients = new ArrayList<>();
    List<EpochResult> results = new ArrayList<>();
    for (int micro : new int[] {1, 3, 4}) {
      try (AdaptedModel model = model();
          Workers workers = new Workers(2);
          Trainer trainer = new Trainer(model, recipe(micro), 1, workers)) {
        results.add(trainer.train(0, List.of(batch()), 1, (step, steps, loss) -> {}));
        gradients.add(Tensors.floats(trainer.optimiser().gradient()));
      }
    }
    try (AdaptedModel model = model();
        Scope scope = Scope.withoutGradients()) {
      var outputs = model.outputs(Pieces.inputs(batch(), 0, SAMPLES, backbone), Pass.evaluation());
      double expected = TASK.loss(outputs, batch().targets(), 0).item_double();
      double hits = TASK.hits(outputs, batch().targets()).get().percent();
      assertThat(results).allSatisfy(r -> assertThat(r.loss()).isCloseTo(expected, within(1e-5)));
      assertThat(results)
          .allSatisfy(
              r -> assertThat((double) r.metrics().get("train-patch-accuracy")).isEqualTo(hits));
    }
    // The balance loss is a mean over each micro-batch's tokens, so only nearly the same.
    assertThat(Golden.relativeError(gradients.get(0), gradients.get(2))).isLessThan(1e-3);
    assertThat(Golden.relativeError(gradients.get(1), gradients.get(2))).isLessThan(1e-3);
  }

  @Test
  void it_is_measured_by_its_own_score_and_is_no_classification() {
    try (AdaptedModel model = model();
        Workers workers = new Workers(2);
        Trainer trainer = new Trainer(model, recipe(2), 1, workers)) {
      Evaluator evaluator = new Evaluator(model, workers);
      double before = evaluator.scores(List.of(batch())).primary().value();
      for (int i = 0; i < 30; i++) {
        trainer.train(1, List.of(batch()), 1, (step, steps, loss) -> {});
      }
      Scores after = evaluator.scores(List.of(batch()));
      assertThat(after.primary().name()).isEqualTo("patch-accuracy");
      assertThat(after.primary().isBetterThan(before)).isTrue();
      assertThatThrownBy(() -> evaluator.evaluate(List.of(batch())))
          .isInstanceOf(ConfigException.class)
          .hasMessage("This needs a model that names classes; the model's task is patches");
    }
  }

  @Test
  void targets_of_another_task_are_refused() {
    Batch<int[]> own = batch();
    Batch<Label> labels =
        new Batch<>(own.values(), java.util.Collections.nCopies(4, Label.of(1)), own.indices());
    try (AdaptedModel model = model();
        Workers workers = new Workers(1);
        Trainer trainer = new Trainer(model, recipe(2), 1, workers)) {
      assertThatThrownBy(() -> trainer.train(0, List.of(labels), 1, (step, steps, loss) -> {}))
          .hasMessage("Expected targets of int[], found Label; the data do not fit the task");
    }
  }

  @Test
  void its_adapter_is_a_file_like_others() throws Exception {
    Path adapter = folder.resolve("adapter");
    try (AdaptedModel model = model();
        Scope scope = Scope.withoutGradients()) {
      AdapterFile.write(model, adapter);
      assertThat(adapter.resolve("adapter_config.json"))
          .content()
          .contains("\"format-version\" : 2", "\"name\" : \"patches\"");
      var input = Pieces.inputs(batch(), 0, SAMPLES, backbone);
      float[] expected = Tensors.floats(model.outputs(input, Pass.evaluation()).scores());
      AdapterFile file = AdapterFile.read(adapter);
      assertThat(file.task()).isEqualTo(TASK);
      try (AdaptedModel loaded = file.attach(backbone)) {
        assertThat(Tensors.floats(loaded.outputs(input, Pass.evaluation()).scores()))
            .isEqualTo(expected);
      }
    }
    Path config = adapter.resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace("\"patches\"", "\"patchs\""));
    assertThatThrownBy(() -> AdapterFile.read(adapter))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "adapter_config.json: task.name: unknown task 'patchs'; did you mean 'patches'?");
  }
}
