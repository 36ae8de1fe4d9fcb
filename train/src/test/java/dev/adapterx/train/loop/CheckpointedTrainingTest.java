package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.testing.Golden;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.PretrainRun;
import dev.adapterx.train.run.TrainRun;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings with activation checkpointing and without. */
class CheckpointedTrainingTest {
  private static final String ON = "train.checkpointing=true";
  private static final String ADAPTER = "adapter/adapter_model.safetensors";

  /**
   * What several blocks share gets its gradient summed in another order, a rounding that AdamW's
   * first steps, which look at signs, make larger where a gradient is nearly 0.
   */
  private static final double SHARED = 1e-3;

  @TempDir static Path images;
  @TempDir Path folder;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  private Path trained(String name, String... overrides) {
    Path run = folder.resolve(name);
    TrainRun.start(Tiny.recipe(images, overrides), run, RunListener.NONE);
    return run;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "adaptformer", "vpt", "full"})
  void what_each_block_has_of_its_own_ends_in_the_same_bytes(String method) {
    Path whole = trained("whole", "method=" + method, "train.drop-path=0.3");
    Path parts = trained("parts", "method=" + method, "train.drop-path=0.3", ON);
    assertThat(parts.resolve(ADAPTER)).hasSameBinaryContentAs(whole.resolve(ADAPTER));
    assertThat(Tiny.metrics(parts)).isEqualTo(Tiny.metrics(whole));
  }

  @Test
  void what_blocks_share_ends_in_the_same_values_but_for_rounding() {
    Path whole = trained("whole", "train.drop-path=0.3", "backbone.preset=vit_32x4x2_patch8_32");
    Path parts =
        trained("parts", "train.drop-path=0.3", "backbone.preset=vit_32x4x2_patch8_32", ON);
    assertNear(parts.resolve(ADAPTER), whole.resolve(ADAPTER));
  }

  /** An encoder and a decoder of two blocks, whose positions all blocks share. */
  @Test
  void pre_training_ends_in_the_same_values_but_for_rounding() {
    assertNear(pretrained("parts", ON), pretrained("whole"));
  }

  private Path pretrained(String name, String... overrides) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "seed=3",
                "backbone.preset=point_32x2x2_c8_g8k6_64",
                "pretrain.decoder-depth=2",
                "data.path=shapes:4x4",
                "train.epochs=2",
                "train.batch=8",
                "train.micro-batch=4",
                "train.warmup-epochs=1"));
    keys.addAll(List.of(overrides));
    Path run = folder.resolve(name);
    PretrainRun.start(PretrainRecipe.read("", keys, "test"), run, RunListener.NONE);
    return run.resolve("backbone.safetensors");
  }

  private static void assertNear(Path file, Path expected) {
    Map<String, StoredTensor> found = WeightFile.read(file).tensors();
    WeightFile.read(expected)
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(Golden.relativeError(found.get(name).floats(), tensor.floats()))
                    .as(name)
                    .isLessThan(SHARED));
  }

  /** The same training either way: what was begun with it may be ended without. */
  @Test
  void a_run_may_go_on_without_it() {
    String[] plain = {"method=lora", "train.schedule=constant", "train.warmup-epochs=0"};
    Path whole = trained("whole", plain);
    Path half = folder.resolve("half");
    Recipe begun = Tiny.recipe(images, plain[0], plain[1], plain[2], ON, "train.epochs=2");
    TrainRun.start(begun, half, RunListener.NONE);
    TrainRun.resume(half, List.of("train.epochs=4", "train.checkpointing=false"), RunListener.NONE);
    assertThat(half.resolve(ADAPTER)).hasSameBinaryContentAs(whole.resolve(ADAPTER));
  }
}
