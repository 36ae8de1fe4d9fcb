package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.LossWatch;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.RunLock;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults that follow the data, and folders that are numbered. */
class TrainDefaultsTest {
  @TempDir Path folder;

  private static TrainRecipe train(String keys) {
    return Recipe.read("train: {" + keys + "}", List.of(), "test").train();
  }

  @ParameterizedTest
  @CsvSource({"1,8", "96,8", "200,16", "368,32", "700,32", "800,64", "1000,64", "50000,64"})
  void batches_follow_the_number_of_samples(int samples, int batch) {
    assertThat(TrainRecipe.defaults().batchOf(samples)).isEqualTo(batch);
  }

  @Test
  void a_last_batch_is_left_out_where_little_is_lost() {
    TrainRecipe of64 = train("batch: 64");
    assertThat(of64.dropsLast(120)).isFalse();
    assertThat(of64.dropsLast(1000)).isTrue();
    assertThat(of64.dropsLast(40)).isFalse();
    assertThat(train("batch: 64, drop-last: true").dropsLast(120)).isTrue();
    assertThat(train("batch: 64, drop-last: false").dropsLast(1000)).isFalse();
  }

  @Test
  void warm_up_is_a_share_of_the_epochs_and_no_run_is_too_short_for_it() {
    assertThat(TrainRecipe.defaults().warmingUp()).isEqualTo(10);
    assertThat(train("epochs: 5").warmingUp()).isEqualTo(0.5);
    assertThat(train("epochs: 20, warmup: 0.25").warmingUp()).isEqualTo(5);
    assertThat(train("epochs: 20, warmup-epochs: 3").warmingUp()).isEqualTo(3);
    assertThat(train("epochs: 20, warmup-epochs: 0").warmingUp()).isZero();
    TrainRecipe tooLong = train("epochs: 2, warmup-epochs: 10");
    assertThat(tooLong.isWarmupTooLong()).isTrue();
    assertThat(tooLong.warmingUp()).isEqualTo(0.2);
  }

  @Test
  void a_loss_that_grows_a_hundredfold_is_warned_of_once() {
    LossWatch watch = new LossWatch();
    assertThat(watch.seen("epoch 1", 1.1, 0.1)).isEmpty();
    assertThat(watch.seen("epoch 2", 90, 0.1)).isEmpty();
    assertThat(watch.seen("epoch 3", 250, 0.1))
        .hasValueSatisfying(
            text -> assertThat(text).contains("epoch 3", "train.lr (0.1", "train.clip-norm=1"));
    assertThat(watch.seen("epoch 4", 1e6, 0.1)).isEmpty();
    LossWatch learnt = new LossWatch();
    assertThat(learnt.seen("epoch 1", 1e-6, 0.1)).isEmpty();
    assertThat(learnt.seen("epoch 2", 0.5, 0.1)).isEmpty();
  }

  @Test
  void runs_are_numbered_and_each_gets_a_folder_of_its_own() throws IOException {
    Files.createDirectories(folder.resolve("formula-3x4-lora-7"));
    Set<Path> made = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            i -> {
              try (RunLock lock = RunFolder.numbered(folder, "formula:3x4-lora")) {
                made.add(lock.run());
              }
            });
    assertThat(made)
        .extracting(run -> run.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(8, 16).mapToObj(n -> "formula-3x4-lora-" + n).toList());
  }

  @Test
  void inputs_are_checked_before_a_folder_is_made() {
    Recipe recipe = Tiny.recipe(folder.resolve("no-such-data"));
    Path run = folder.resolve("run");
    assertThatThrownBy(() -> TrainRun.start(recipe, run, RunListener.NONE))
        .hasMessageContaining("no-such-data");
    assertThat(run).doesNotExist();
    Path runs = folder.resolve("runs");
    assertThatThrownBy(
            () -> TrainRun.start(recipe, () -> RunFolder.numbered(runs, "x"), RunListener.NONE))
        .hasMessageContaining("no-such-data");
    assertThat(runs).doesNotExist();
  }

  @Test
  void a_share_of_warm_up_is_one() {
    assertThatThrownBy(() -> train("warmup: 10"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("warmup: expected a share in [0, 1), found 10.0");
  }
}
