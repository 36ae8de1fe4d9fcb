package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Label;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Batch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import dev.adapterx.train.recipe.TrainRecipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole training steps against an independent statement of Adapter-X in PyTorch. */
class TrainerTest {
  private static final List<String> LABELS = List.of("a", "b", "c", "d", "e");
  private static final String PLAIN =
      """
      {"epochs": 1, "batch": 2, "micro-batch": 2, "lr": 0.01, "min-lr": 0, "warmup-epochs": 0,
       "schedule": "constant", "weight-decay": 0.05, "drop-path": 0}
      """;

  static Stream<String> variants() {
    return AdapterXReference.VARIANTS.stream();
  }

  private static TrainRecipe recipe(String... changes) {
    var tree = (tools.jackson.databind.node.ObjectNode) Settings.json().readTree(PLAIN);
    for (String change : changes) {
      String[] parts = change.split("=");
      tree.set(parts[0], Settings.json().readTree(parts[1]));
    }
    return Settings.read(tree, TrainRecipe.defaults(), "test");
  }

  private static Batch<?> batch() {
    Golden given = Golden.read("adapterx_backbone.safetensors");
    List<Label> labels =
        Arrays.stream(given.longs("labels")).mapToObj(l -> Label.of((int) l)).toList();
    return new Batch<>(rows(given.floats("input"), 2), labels, new int[] {0, 1});
  }

  private static float[][] rows(float[] flat, int count) {
    int length = flat.length / count;
    float[][] rows = new float[count][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * length, (i + 1) * length));
    return rows;
  }

  private static AdaptedModel model(VisionTransformer backbone, Golden golden) {
    AdaptedModel model =
        AdaptedModel.attach(
            backbone, AdapterXReference.method(golden.config()), Classification.of(LABELS), 1);
    try (Scope scope = Scope.withoutGradients()) {
      model.trainable().forEach((name, t) -> t.copy_(golden.tensor(stored(name))));
    }
    return model;
  }

  private static String stored(String name) {
    return name.startsWith("head.") ? name : "tuner." + name;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void three_steps_of_adapter_x_equal_the_reference(String file) {
    Golden golden = Golden.read(file);
    try (VisionTransformer backbone = AdapterXReference.backbone();
        AdaptedModel model = model(backbone, golden);
        Workers workers = new Workers(2);
        Trainer trainer = new Trainer(model, recipe(), 1, workers)) {
      trainer.train(0, List.of(batch(), batch(), batch()), 3, (step, steps, loss) -> {});
      model
          .trainable()
          .forEach(
              (name, t) ->
                  Golden.assertClose(t, golden.floats("after3." + stored(name)), 1e-4, name));
    }
  }

  @Test
  void micro_batches_add_up_to_the_batch() {
    Golden golden = Golden.read("adapterx_parallel.safetensors");
    float[][] thetas = new float[2][];
    for (int micro = 1; micro <= 2; micro++) {
      try (VisionTransformer backbone = AdapterXReference.backbone();
          AdaptedModel model = model(backbone, golden);
          Workers workers = new Workers(2);
          Trainer trainer = new Trainer(model, recipe("micro-batch=" + micro), 1, workers)) {
        EpochResult result = trainer.train(0, List.of(batch()), 1, (step, steps, loss) -> {});
        assertThat(result.samples()).isEqualTo(2);
        assertThat(result.loss()).isCloseTo(golden.floats("ce")[0], within(1e-5));
        thetas[micro - 1] = Tensors.floats(trainer.optimiser().gradient());
      }
    }
    assertThat(Golden.relativeError(thetas[0], thetas[1])).isLessThan(1e-5);
  }

  @Test
  void the_average_follows_the_trained_values_and_stands_in_for_them() {
    Golden golden = Golden.read("adapterx_parallel.safetensors");
    try (VisionTransformer backbone = AdapterXReference.backbone();
        AdaptedModel model = model(backbone, golden);
        Workers workers = new Workers(2);
        Trainer trainer = new Trainer(model, recipe("ema=0.9"), 1, workers)) {
      Tensor theta = trainer.optimiser().theta();
      float[] expected = Tensors.floats(theta);
      trainer.train(
          0,
          List.of(batch(), batch(), batch()),
          3,
          (step, steps, loss) -> {
            float[] now = Tensors.floats(theta);
            for (int i = 0; i < now.length; i++) {
              expected[i] += 0.1f * (now[i] - expected[i]);
            }
          });
      float[] trained = Tensors.floats(theta);
      trainer.withAveraged(
          () -> assertThat(Golden.relativeError(Tensors.floats(theta), expected)).isLessThan(1e-6));
      assertThat(Tensors.floats(theta)).isEqualTo(trained);
    }
  }

  @Test
  void soft_targets_are_trained_on_and_accuracy_counts_the_labels() {
    Golden golden = Golden.read("adapterx_parallel.safetensors");
    Batch<?> hard = batch();
    List<Label> oneHot = new ArrayList<>();
    for (Label label : hard.targets(Label.class, 0, 2)) {
      float[] shares = new float[5];
      shares[label.index()] = 1;
      oneHot.add(new Label(label.index(), shares));
    }
    Batch<?> soft = new Batch<>(hard.values(), oneHot, hard.indices());
    EpochResult[] results = new EpochResult[2];
    for (int k = 0; k < 2; k++) {
      try (VisionTransformer backbone = AdapterXReference.backbone();
          AdaptedModel model = model(backbone, golden);
          Workers workers = new Workers(2);
          Trainer trainer = new Trainer(model, recipe("label-smoothing=0.1"), 1, workers)) {
        results[k] = trainer.train(0, List.of(k == 0 ? hard : soft), 1, (step, steps, loss) -> {});
      }
    }
    assertThat(results[1].loss()).isCloseTo(results[0].loss(), within(1e-6));
    assertThat(results[1].gradientNorm()).isCloseTo(results[0].gradientNorm(), within(1e-5));
    assertThat(results[1].hits()).isEqualTo(results[0].hits());
  }

  @Test
  void the_gradient_is_clipped_before_the_step() {
    Golden golden = Golden.read("adapterx_parallel.safetensors");
    try (VisionTransformer backbone = AdapterXReference.backbone();
        AdaptedModel model = model(backbone, golden);
        Workers workers = new Workers(2);
        Trainer trainer = new Trainer(model, recipe("clip-norm=0.01"), 1, workers)) {
      EpochResult result = trainer.train(0, List.of(batch()), 1, (step, steps, loss) -> {});
      assertThat(result.gradientNorm()).as("reported unclipped").isGreaterThan(0.1);
      assertThat(trainer.optimiser().gradientNorm()).isCloseTo(0.01, within(1e-5));
    }
  }
}
