package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten epochs with a kill between are ten epochs, byte for byte. */
class ResumeTest {
  /** Whatever draws random numbers or keeps state is on. */
  private static final String[] EVERYTHING = {
    "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.2, balance: 0.01}",
    "data.augment=crop-flip",
    "data.mixup=0.8",
    "data.cutmix=1",
    "data.val=val",
    "train.drop-path=0.2",
    "train.ema=0.9",
    "train.label-smoothing=0.1",
    "train.clip-norm=1",
    "train.test-every=2"
  };

  @TempDir static Path images;
  @TempDir static Path straight;
  @TempDir Path folder;

  /** What a power cut looks like from inside. */
  private static final class Kill extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void train_without_a_break() {
    Tiny.images(images);
    TrainRun.start(recipe(), straight, RunListener.NONE);
  }

  private static Recipe recipe(String... more) {
    String[] all =
        Stream.concat(Arrays.stream(EVERYTHING), Arrays.stream(more)).toArray(String[]::new);
    return Tiny.recipe(images, all);
  }

  private static RunListener killAt(int epoch, int step) {
    return new RunListener() {
      @Override
      public void stepped(int nowEpoch, int epochs, int nowStep, int steps, double loss) {
        if (nowEpoch == epoch && nowStep == step) {
          throw new Kill();
        }
      }
    };
  }

  private void killed(Recipe recipe, RunListener killer) {
    assertThatThrownBy(() -> TrainRun.start(recipe, folder, killer)).isInstanceOf(Kill.class);
  }

  private static void assertSameRun(Path run, Path other) {
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter/adapter_config.json",
            "adapter-best/adapter_model.safetensors",
            "checkpoint/last.safetensors")) {
      assertThat(Tiny.bytes(run.resolve(file))).as(file).isEqualTo(Tiny.bytes(other.resolve(file)));
    }
    Path routing = other.resolve("routing.jsonl");
    if (Files.exists(routing)) {
      assertThat(run.resolve("routing.jsonl")).hasSameBinaryContentAs(routing);
    } else {
      assertThat(run.resolve("routing.jsonl")).doesNotExist();
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(other));
  }

  @Test
  void a_run_killed_within_an_epoch_goes_on_to_the_same_bytes() {
    killed(recipe(), killAt(3, 1 + Rng.of(System.nanoTime(), "kill").nextInt(3)));
    assertThat(Tiny.metrics(folder)).hasSize(2);
    TrainRun.resume(folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  @Test
  void so_does_one_killed_in_every_epoch_and_in_the_first() {
    killed(recipe(), killAt(1, 2));
    assertThat(folder.resolve("checkpoint")).doesNotExist();
    for (int epoch = 2; epoch <= 4; epoch++) {
      RunListener killer = killAt(epoch, 1);
      assertThatThrownBy(() -> TrainRun.resume(folder, killer)).isInstanceOf(Kill.class);
    }
    TrainRun.resume(folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  @Test
  void so_does_one_killed_between_an_epochs_checkpoint_and_its_report() {
    killed(
        recipe(),
        new RunListener() {
          @Override
          public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
            if (epoch == 4) {
              throw new Kill();
            }
          }
        });
    assertThat(folder.resolve("adapter")).doesNotExist();
    TrainRun.resume(folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  /** What such adapter files keep is too little to go on from; the checkpoint keeps all. */
  @Test
  void so_does_one_whose_adapter_files_are_packed(@TempDir Path whole) {
    String packed = "method={name: bi-adapter, rank: 4}";
    TrainRun.start(recipe(packed), whole, RunListener.NONE);
    assertThat(AdapterFile.read(whole.resolve("adapter")).tensors())
        .containsKey("blocks.0.adaptformer.down.codes");
    killed(recipe(packed), killAt(3, 1));
    TrainRun.resume(folder, RunListener.NONE);
    assertSameRun(folder, whole);
  }

  /** The files of a kill after the metrics and the best adapter, before the checkpoint. */
  @Test
  void metrics_and_best_adapter_of_an_epoch_without_checkpoint_are_done_again() throws IOException {
    killed(recipe(), killAt(3, 1));
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        "{\"epoch\":3,\"loss\":9.0}\n{\"epoch\":4,\"lo",
        StandardOpenOption.APPEND);
    Files.copy(
        straight.resolve("adapter/adapter_config.json"), folder.resolve("recipe.yaml.part-1"));
    TrainRun.resume(folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void the_number_of_decoding_threads_changes_nothing(int threads) {
    TrainRun.start(recipe("data.threads=" + threads), folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  @Test
  void nor_does_the_cache() {
    TrainRun.start(recipe("data.cache-megabytes=0"), folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  @Test
  void another_seed_gives_another_adapter() {
    TrainRun.start(recipe("seed=4"), folder, RunListener.NONE);
    assertThat(Tiny.bytes(folder.resolve("adapter/adapter_model.safetensors")))
        .isNotEqualTo(Tiny.bytes(straight.resolve("adapter/adapter_model.safetensors")));
  }

  @Test
  void a_run_can_go_on_with_another_rate_and_its_recipe_says_so() {
    killed(recipe(), killAt(3, 1));
    TrainRun.resume(folder, List.of("train.lr=0.002", "data.threads=1"), RunListener.NONE);
    assertThat(Tiny.text(folder.resolve("recipe.yaml")))
        .startsWith("# from epoch 3: train.lr=0.002, data.threads=1\n");
    Recipe kept = Recipe.read(folder.resolve("recipe.yaml"), List.of());
    assertThat(kept.train().lr()).isEqualTo(0.002);
    assertThat(Tiny.text(folder.resolve("run.json"))).contains("from epoch 3: train.lr=0.002");
    assertThat(Tiny.metrics(folder).subList(0, 2)).isEqualTo(Tiny.metrics(straight).subList(0, 2));
    assertThat(Tiny.metrics(folder).get(3)).isNotEqualTo(Tiny.metrics(straight).get(3));

    TrainRun.resume(folder, List.of("train.epochs=5"), RunListener.NONE);
    assertThat(Tiny.metrics(folder)).hasSize(5);
    assertThat(Tiny.text(folder.resolve("recipe.yaml")).lines().limit(2))
        .containsExactly(
            "# from epoch 3: train.lr=0.002, data.threads=1", "# from epoch 5: train.epochs=5");
  }

  @Test
  void a_run_that_goes_on_keeps_its_data_method_and_seed() {
    for (String change : List.of("seed=4", "method.experts=3", "data.path=x", "backbone.heads=1")) {
      assertThatThrownBy(() -> TrainRun.resume(straight, List.of(change), RunListener.NONE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'" + change + "': a run that goes on can change train.*")
          .hasMessageContaining("begin a new run");
    }
  }

  @Test
  void a_run_cannot_have_fewer_epochs_than_it_has_done() {
    assertThatThrownBy(() -> TrainRun.resume(straight, List.of("train.epochs=2"), RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.epochs: expected at least the 4 that are done, found 2");
    assertThat(Recipe.read(straight.resolve("recipe.yaml"), List.of()).train().epochs())
        .isEqualTo(4);
  }
}
