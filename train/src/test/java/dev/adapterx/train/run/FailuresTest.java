package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.Checkpoint;
import dev.adapterx.train.loop.DivergedException;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  @TempDir Path root;
  private Path images;
  private Path run;
  private final List<String> warnings = new ArrayList<>();
  private final RunListener listener =
      new RunListener() {
        @Override
        public void warned(String message) {
          warnings.add(message);
        }
      };

  @BeforeEach
  void paint() {
    images = Tiny.images(root.resolve("images"));
    run = root.resolve("run");
  }

  private RunResult train(String... overrides) {
    return TrainRun.start(Tiny.recipe(images, overrides), run, listener);
  }

  private Path checkpoint() {
    return run.resolve("checkpoint/last.safetensors");
  }

  @Test
  void a_divergence_is_named_leaves_the_checkpoint_and_can_be_mended() {
    train("train.epochs=2");
    byte[] before = Tiny.bytes(checkpoint());
    assertThatThrownBy(
            () ->
                TrainRun.resume(
                    run,
                    List.of("train.epochs=4", "train.lr=1e30", "train.warmup-epochs=0"),
                    listener))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("Training diverged")
        .hasMessageContaining("in epoch 3, step ")
        .hasMessageContaining("Lower train.lr")
        .hasMessageContaining("train.clip-norm")
        .hasMessageContaining("last completed epoch is saved");
    assertThat(Tiny.bytes(checkpoint())).isEqualTo(before);
    assertThat(Tiny.metrics(run)).hasSize(2);
    assertThat(TrainRun.resume(run, List.of("train.lr=0.001"), listener).last()).isNotNull();
    assertThat(Tiny.metrics(run)).hasSize(4);
  }

  @Test
  void a_last_step_that_goes_too_far_is_not_saved() {
    assertThatThrownBy(() -> train("train.lr=1e30", "train.warmup-epochs=0", "train.batch=21"))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("epoch 1, step 1, at learning rate 1.00e+30");
    assertThat(checkpoint()).doesNotExist();
  }

  /** A folder where the temporary file should be fails as a full disk would. */
  @Test
  void a_failed_save_names_the_file_and_leaves_the_old_checkpoint() throws IOException {
    train("train.epochs=2");
    byte[] before = Tiny.bytes(checkpoint());
    Path inTheWay = WholeFile.beside(checkpoint());
    Files.createDirectories(inTheWay.resolve("full"));
    assertThatThrownBy(() -> TrainRun.resume(run, List.of("train.epochs=3"), listener))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("Could not write " + checkpoint())
        .hasMessageContaining("What was there before is unchanged")
        .hasMessageContaining("free space");
    assertThat(Tiny.bytes(checkpoint())).isEqualTo(before);
    Files.delete(inTheWay.resolve("full"));
    Files.delete(inTheWay);
    TrainRun.resume(run, listener);
    assertThat(Tiny.metrics(run)).hasSize(3);
  }

  /** Epoch 2 was better, is not saved, and goes another way the second time. */
  @Test
  void the_best_adapter_is_that_of_an_epoch_that_is_saved() throws IOException {
    String[] rises = {
      "data.val=val", "method.scale=0.1", "train.lr=0.03", "train.warmup-lr=0.000001"
    };
    Path straight = root.resolve("straight");
    TrainRun.start(Tiny.recipe(images, rises), straight, listener);
    assertThat(Tiny.text(straight.resolve("run.json"))).doesNotContain("\"best-epoch\" : 1,");
    Path inTheWay = WholeFile.beside(run.resolve("checkpoint/last.safetensors"));
    byte[][] first = new byte[1][];
    Path best = run.resolve("adapter-best/adapter_model.safetensors");
    RunListener noSecond =
        after(
            1,
            () -> {
              first[0] = Tiny.bytes(best);
              Files.createDirectories(inTheWay.resolve("full"));
            });
    assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(images, rises), run, noSecond))
        .isInstanceOf(AdapterXException.class);
    Files.delete(inTheWay.resolve("full"));
    Files.delete(inTheWay);
    TrainRun.resume(
        run, List.of("train.lr=1e-12", "train.min-lr=0", "train.warmup-lr=0"), listener);
    assertThat(Tiny.text(run.resolve("run.json"))).contains("\"best-epoch\" : 1,");
    assertThat(Tiny.bytes(best)).isEqualTo(first[0]);
  }

  @Test
  void a_truncated_checkpoint_is_refused_at_every_length() throws IOException {
    train("train.epochs=2");
    byte[] whole = Tiny.bytes(checkpoint());
    for (int length : new int[] {0, 9, whole.length / 2, whole.length - 1}) {
      Files.write(checkpoint(), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TrainRun.resume(run, listener))
          .as("%d bytes", length)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("The run's checkpoint cannot be read")
          .hasMessageContaining("last.safetensors")
          .hasMessageContaining("Restore it, or delete it");
    }
    Files.delete(checkpoint());
    TrainRun.resume(run, listener);
    assertThat(Tiny.bytes(checkpoint())).isEqualTo(whole);
  }

  @Test
  void a_checkpoint_of_another_recipe_is_refused() throws IOException {
    train("train.epochs=1", "train.warmup-epochs=0");
    for (String change : List.of("method=linear-probe", "seed=9", "method.scale=0.25")) {
      Path other = root.resolve("other-" + change.hashCode());
      TrainRun.start(
          Tiny.recipe(images, "train.epochs=1", "train.warmup-epochs=0", change), other, listener);
      Path theirs = other.resolve("checkpoint/last.safetensors");
      Files.write(theirs, Tiny.bytes(checkpoint()));
      assertThatThrownBy(() -> TrainRun.resume(other, listener))
          .as(change)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("another method, backbone, seed or other classes")
          .hasMessageContaining("train in a new folder");
    }
  }

  @Test
  void an_average_cannot_begin_in_the_middle() {
    train("train.epochs=1", "train.warmup-epochs=0");
    String before = Tiny.text(run.resolve("recipe.yaml"));
    assertThatThrownBy(
            () -> TrainRun.resume(run, List.of("train.ema=0.9", "train.epochs=2"), listener))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("average");
    assertThat(run.resolve("recipe.yaml")).hasContent(before);
  }

  /** Does something bad once an epoch is done. */
  private static RunListener after(int epoch, Bad bad) {
    return new RunListener() {
      @Override
      public void epochDone(int done, int epochs, Map<String, Object> metrics) {
        if (done == epoch) {
          try {
            bad.happens();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    };
  }

  @FunctionalInterface
  private interface Bad {
    void happens() throws IOException;
  }

  /** What the run would have become, and that it becomes just that when it goes on. */
  private void assertGoesOn() {
    Path straight = root.resolve("straight");
    TrainRun.start(Tiny.recipe(images, "data.cache-megabytes=0"), straight, RunListener.NONE);
    TrainRun.resume(run, RunListener.NONE);
    assertThat(Tiny.bytes(checkpoint()))
        .isEqualTo(Tiny.bytes(straight.resolve("checkpoint/last.safetensors")));
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(straight));
  }

  @Test
  void data_that_go_during_a_run_are_named_with_what_is_kept_and_how_to_go_on() throws IOException {
    Path gone = root.resolve("gone");
    Recipe recipe = Tiny.recipe(images, "data.cache-megabytes=0");
    RunListener listener = after(2, () -> Files.move(images.resolve("train/pear"), gone));
    assertThatThrownBy(() -> TrainRun.start(recipe, run, listener))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of the 21 samples are broken, more than the 25 % allowed")
        .hasMessageContaining(images.resolve("train/pear").toString())
        .hasMessageContaining("Epoch 2 is kept; once this is fixed go on by train --resume " + run);
    assertThat(Tiny.metrics(run)).hasSize(2);
    Files.move(gone, images.resolve("train/pear"));
    assertGoesOn();
  }

  @Test
  void so_are_those_of_the_test_split() throws IOException {
    Path plum = images.resolve("test/plum");
    Path gone = root.resolve("gone");
    Recipe recipe = Tiny.recipe(images, "data.cache-megabytes=0");
    assertThatThrownBy(() -> TrainRun.start(recipe, run, after(4, () -> Files.move(plum, gone))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of the 9 samples are broken, more than the 25 % allowed")
        .hasMessageContaining(plum.toString())
        .hasMessageContaining("Epoch 4 is kept");
    Files.move(gone, plum);
    assertGoesOn();
  }

  /** /dev/full answers every write as a full disk does. */
  @EnabledOnOs(OS.LINUX)
  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoint/last.safetensors", "metrics.csv", "adapter/adapter_model.safetensors"})
  void a_full_disk_is_named_and_the_last_good_state_stays(String file) throws IOException {
    Recipe recipe = Tiny.recipe(images, "data.cache-megabytes=0");
    Path part = WholeFile.beside(run.resolve(file));
    RunListener listener =
        after(
            2,
            () -> {
              Files.createDirectories(part.getParent());
              Files.createSymbolicLink(part, Path.of("/dev/full"));
            });
    assertThatThrownBy(() -> TrainRun.start(recipe, run, listener))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("Could not write " + run.resolve(file))
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("What was there before is unchanged")
        .hasMessageContaining("is kept; once this is fixed go on by train --resume " + run);
    assertThat(part).doesNotExist();
    assertThat(Checkpoint.whole(checkpoint()).metadata().get("epoch"))
        .isEqualTo(file.startsWith("adapter") ? "4" : "2");
    assertGoesOn();
  }

  /** Logs grow in place: what did not fit is half a line. */
  @EnabledOnOs(OS.LINUX)
  @Test
  void so_is_one_that_is_full_while_a_log_grows() throws IOException {
    Recipe recipe = Tiny.recipe(images, "data.cache-megabytes=0");
    Path log = run.resolve("metrics.jsonl");
    Path kept = root.resolve("kept");
    RunListener listener =
        after(
            2,
            () -> {
              Files.move(log, kept);
              Files.createSymbolicLink(log, Path.of("/dev/full"));
            });
    assertThatThrownBy(() -> TrainRun.start(recipe, run, listener))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("Could not append epoch 3 to " + log)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("Epoch 2 is kept");
    Files.delete(log);
    Files.move(kept, log);
    Files.writeString(log, "{\"epoch\":3,\"lo", java.nio.file.StandardOpenOption.APPEND);
    assertGoesOn();
  }

  @Test
  void a_folder_that_cannot_be_written_is_named_before_anything_is_trained() throws IOException {
    train("train.epochs=1", "train.warmup-epochs=0");
    Path lock = run.resolve("run.lock");
    Files.delete(lock);
    Files.createDirectories(lock.resolve("in the way")); // even root cannot write there
    assertThatThrownBy(() -> TrainRun.resume(run, List.of("train.epochs=2"), listener))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("Could not lock the run folder " + run)
        .hasMessageContaining("Choose a folder that can be written");
    assertThat(Tiny.metrics(run)).hasSize(1);
  }

  private Path breakImage(String place) throws IOException {
    Path file = images.resolve(place);
    Files.write(file, Arrays.copyOf(Tiny.bytes(file), 40));
    return file;
  }

  @Test
  void a_broken_image_in_training_is_skipped_named_and_counted() throws IOException {
    Path broken = breakImage("train/pear/2.png");
    train();
    assertThat(warnings)
        .anySatisfy(
            w ->
                assertThat(w)
                    .contains("skipped 1 of 21 training images, which are broken: ")
                    .contains(broken.toString()));
    assertThat(Tiny.text(run.resolve("run.json")))
        .contains("skipped 1 of 21 training images")
        .contains("2.png");
  }

  @Test
  void a_broken_image_in_the_test_split_is_left_out_of_the_result_and_named() throws IOException {
    breakImage("test/plum/0.png");
    assertThat(train().last().predictions()).hasSize(8);
    assertThat(warnings)
        .anySatisfy(w -> assertThat(w).contains("skipped 1 of 9 test images", "0.png"));
  }

  @Test
  void a_broken_link_and_an_empty_file_end_no_training() throws IOException {
    Files.createSymbolicLink(images.resolve("train/pear/link.png"), root.resolve("gone.png"));
    Files.createFile(images.resolve("train/plum/empty.png"));
    train();
    assertThat(warnings)
        .anySatisfy(
            w ->
                assertThat(w).contains("skipped 2 of 23 training images", "link.png", "empty.png"));
  }

  @Test
  void too_many_broken_test_images_stop_it_until_allowed() throws IOException {
    for (int i = 0; i < 3; i++) {
      breakImage("test/plum/" + i + ".png");
    }
    assertThatThrownBy(this::train)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of the 9 samples are broken, more than the 25 % allowed")
        .hasMessageContaining("data.allow-broken=true");
    RunResult result = TrainRun.resume(run, List.of("data.allow-broken=true"), listener);
    assertThat(result.last().predictions()).hasSize(6);
  }

  @Test
  void too_many_broken_images_stop_the_training() throws IOException {
    for (int i = 0; i < 6; i++) {
      breakImage("train/pear/" + i + ".png");
    }
    assertThatThrownBy(this::train)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of the 21 samples are broken, more than the 25 % allowed");
  }

  @Test
  void mistakes_in_the_data_leave_the_run_folder_free() throws IOException {
    deleteClass("train/pear");
    deleteClass("train/plum");
    assertThatThrownBy(this::train).isInstanceOf(DataException.class).hasMessageContaining("apple");
    assertThat(run).doesNotExist();
    Tiny.images(images);
    assertThat(train().last()).isNotNull();
  }

  @Test
  void an_empty_class_is_named() throws IOException {
    Files.createDirectories(images.resolve("train/quince"));
    assertThatThrownBy(this::train)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no images for 1 of the 4 classes: quince");
  }

  @Test
  void a_class_of_the_test_split_that_is_not_trained_is_named() throws IOException {
    Files.move(images.resolve("test/plum"), images.resolve("test/plumm"));
    assertThatThrownBy(this::train)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("plumm")
        .hasMessageContaining("did you mean 'plum'?");
  }

  @Test
  void so_is_one_of_the_validation_split() throws IOException {
    Files.move(images.resolve("val/plum"), images.resolve("val/plumm"));
    assertThatThrownBy(() -> train("data.val=val"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("plumm");
  }

  @Test
  void a_split_that_is_not_there_is_named_with_those_that_are() {
    assertThatThrownBy(() -> train("data.train=trian"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no split 'trian'")
        .hasMessageContaining("train, val, test");
  }

  @Test
  void a_recipe_without_backbone_or_data_says_what_to_set() {
    assertThatThrownBy(() -> train("backbone.preset=null"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("backbone.path=FILE");
    assertThatThrownBy(() -> train("data.path=null"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.path=FOLDER");
  }

  private void deleteClass(String place) throws IOException {
    try (var files = Files.list(images.resolve(place))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(images.resolve(place));
  }
}
