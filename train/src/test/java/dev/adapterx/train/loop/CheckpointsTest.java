package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.run.TrainRun;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which states of a training are kept, and which of them is gone on from. */
class CheckpointsTest {
  @TempDir static Path images;
  @TempDir Path run;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  private void train(String... overrides) {
    TrainRun.start(Tiny.recipe(images, overrides), run, RunListener.NONE);
  }

  private Path checkpoint(String name) {
    return run.resolve("checkpoint").resolve(name + ".safetensors");
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoint"))) {
      return files
          .map(f -> f.getFileName().toString().replace(".safetensors", ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void the_last_alone_is_kept_unless_more_are_asked_for() throws IOException {
    train();
    assertThat(kept()).containsExactly("last");
  }

  @Test
  void as_many_as_asked_for_are_kept_and_each_is_that_of_its_epoch(@TempDir Path shorter)
      throws IOException {
    train("train.keep=3");
    assertThat(kept()).containsExactly("epoch-0002", "epoch-0003", "last");
    RunListener afterTwo =
        new RunListener() {
          private int done;

          @Override
          public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
            done = epoch;
          }

          @Override
          public boolean wantsStop() {
            return done == 2;
          }
        };
    assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(images), shorter, afterTwo))
        .isInstanceOf(StoppedException.class);
    assertThat(checkpoint("epoch-0002"))
        .hasSameBinaryContentAs(shorter.resolve("checkpoint/last.safetensors"));

    TrainRun.resume(run, List.of("train.keep=2", "train.epochs=5"), RunListener.NONE);
    assertThat(kept()).containsExactly("epoch-0004", "last");
    TrainRun.resume(run, List.of("train.keep=1", "train.epochs=6"), RunListener.NONE);
    assertThat(kept()).containsExactly("last");
  }

  @Test
  void a_stop_within_an_epoch_keeps_the_end_of_the_one_before() throws IOException {
    RunListener inThird =
        new RunListener() {
          private boolean stop;

          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            stop = epoch == 3 && step == 1;
          }

          @Override
          public boolean wantsStop() {
            return stop;
          }
        };
    assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(images, "train.keep=2"), run, inThird))
        .isInstanceOf(StoppedException.class);
    assertThat(kept()).containsExactly("epoch-0002", "last");
    TrainRun.resume(run, RunListener.NONE);
    assertThat(kept()).containsExactly("epoch-0003", "last");
  }

  @Test
  void a_damaged_last_one_is_named_and_the_newest_whole_one_offered(@TempDir Path whole)
      throws IOException {
    train("train.keep=3");
    copy(run, whole);
    byte[] bytes = Tiny.bytes(checkpoint("last"));
    byte[] flipped = bytes.clone();
    flipped[bytes.length - 5] ^= 1;
    for (byte[] damaged : List.of(Arrays.copyOf(bytes, bytes.length / 2), flipped, new byte[0])) {
      Files.write(checkpoint("last"), damaged);
      assertThatThrownBy(() -> TrainRun.resume(run, RunListener.NONE))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("The run's checkpoint cannot be read: ")
          .hasMessageContaining(checkpoint("last").toString())
          .hasMessageContaining(
              "go on after epoch 3, whose checkpoint is whole: mv "
                  + checkpoint("epoch-0003")
                  + " "
                  + checkpoint("last"));
      assertThat(Tiny.bytes(checkpoint("last"))).isEqualTo(damaged);
    }
    Files.write(checkpoint("epoch-0003"), new byte[100]);
    assertThatThrownBy(() -> TrainRun.resume(run, RunListener.NONE))
        .hasMessageContaining("go on after epoch 2, whose checkpoint is whole");

    Files.move(checkpoint("epoch-0002"), checkpoint("last"), StandardCopyOption.REPLACE_EXISTING);
    TrainRun.resume(run, RunListener.NONE);
    assertThat(checkpoint("last"))
        .hasSameBinaryContentAs(whole.resolve("checkpoint/last.safetensors"));
    assertThat(checkpoint("epoch-0003"))
        .hasSameBinaryContentAs(whole.resolve("checkpoint/epoch-0003.safetensors"));
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(whole));
  }

  @Test
  void a_flipped_bit_is_found_where_nothing_else_is_kept() throws IOException {
    train();
    byte[] bytes = Tiny.bytes(checkpoint("last"));
    bytes[bytes.length / 2] ^= 16;
    Files.write(checkpoint("last"), bytes);
    assertThatThrownBy(() -> TrainRun.resume(run, RunListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("its bytes changed since it was written")
        .hasMessageContaining("Restore it, or delete it");
  }

  /** POSIX: moving a name over another of the same file does nothing and leaves both. */
  @Test
  void one_that_was_kept_just_before_a_kill_is_kept_again_without_litter() throws IOException {
    Path inTheWay = WholeFile.beside(checkpoint("last"));
    RunListener listener =
        new RunListener() {
          @Override
          public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
            if (epoch == 2) {
              assertThat(inTheWay.resolve("full").toFile().mkdirs()).isTrue();
            }
          }
        };
    assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(images, "train.keep=2"), run, listener))
        .hasMessageContaining("Could not write " + checkpoint("last"));
    Files.delete(inTheWay.resolve("full"));
    Files.delete(inTheWay);
    assertThat(kept()).containsExactly("epoch-0001", "epoch-0002", "last");
    TrainRun.resume(run, RunListener.NONE);
    assertThat(kept()).containsExactly("epoch-0003", "last");
  }

  /** A clock that jumps back leaves a newer file with an older time. */
  @Test
  void no_clock_says_which_one_is_taken() throws IOException {
    train("train.keep=3");
    byte[] last = Tiny.bytes(checkpoint("last"));
    Files.setLastModifiedTime(checkpoint("last"), FileTime.fromMillis(0));
    Files.setLastModifiedTime(checkpoint("epoch-0002"), FileTime.fromMillis(4_000_000_000_000L));
    TrainRun.resume(run, RunListener.NONE);
    assertThat(Tiny.bytes(checkpoint("last"))).isEqualTo(last);
    Files.setLastModifiedTime(checkpoint("epoch-0002"), FileTime.fromMillis(4_000_000_000_000L));
    TrainRun.resume(run, List.of("train.epochs=5"), RunListener.NONE);
    assertThat(kept()).containsExactly("epoch-0003", "epoch-0004", "last");
  }

  /** The best score was the best accuracy when there was no other, and no bytes were summed up. */
  @Test
  void one_of_an_earlier_version_is_gone_on_from(@TempDir Path whole) throws IOException {
    train("train.keep=3", "data.val=val");
    copy(run, whole);
    Files.move(checkpoint("epoch-0002"), checkpoint("last"), StandardCopyOption.REPLACE_EXISTING);
    WeightFile last = WeightFile.read(checkpoint("last"));
    Map<String, String> counters = new LinkedHashMap<>(last.metadata());
    counters.put("best-accuracy", counters.remove("best-score"));
    counters.remove("crc32c");
    SafetensorsWriter.write(checkpoint("last"), List.copyOf(last.tensors().values()), counters);
    TrainRun.resume(run, RunListener.NONE);
    assertThat(checkpoint("last"))
        .hasSameBinaryContentAs(whole.resolve("checkpoint/last.safetensors"));
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(whole));
  }

  @Test
  void none_cannot_be_kept() {
    assertThatThrownBy(() -> train("train.keep=0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("keep: expected at least 1, found 0");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.write(target, Files.readAllBytes(file));
      }
    }
  }
}
