package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.Native;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.Ranges;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.result.TrainedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings whose forward pass is in int8. */
class Int8TrainingTest {
  private static final String INT8 = "backbone.precision=int8";

  @TempDir static Path images;
  @TempDir Path folder;

  private static final class Kill extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void prepare() {
    assumeThat(Native.instructionSets()).containsAnyOf("avx512_vnni", "avx_vnni");
    Tiny.images(images);
  }

  private static RunListener killIn(int epoch) {
    return new RunListener() {
      @Override
      public void stepped(int now, int epochs, int step, int steps, double loss) {
        if (now == epoch && step == 2) {
          throw new Kill();
        }
      }
    };
  }

  @Test
  void one_that_is_killed_goes_on_to_the_same_bytes_and_is_evaluated_as_it_was() {
    var recipe = Tiny.recipe(images, INT8, "method=lora", "train.epochs=3");
    Path straight = folder.resolve("straight");
    Path broken = folder.resolve("broken");
    List<String> told = new ArrayList<>();
    RunResult result =
        TrainRun.start(
            recipe,
            straight,
            new RunListener() {
              @Override
              public void warned(String message) {
                told.add(message);
              }
            });
    assertThat(told).anyMatch(m -> m.matches("int8: \\d+ of \\d+ linear layers.*"));
    assertThatThrownBy(() -> TrainRun.start(recipe, broken, killIn(2))).isInstanceOf(Kill.class);
    TrainRun.resume(broken, RunListener.NONE);
    for (String file :
        List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
      assertThat(Tiny.bytes(broken.resolve(file))).isEqualTo(Tiny.bytes(straight.resolve(file)));
    }
    assertThat(broken.resolve("int8.json")).hasSameBinaryContentAs(straight.resolve("int8.json"));
    assertThat(Tiny.metrics(broken)).isEqualTo(Tiny.metrics(straight));

    Path exact = folder.resolve("exact");
    TrainRun.start(Tiny.recipe(images, "method=lora", "train.epochs=3"), exact, RunListener.NONE);
    assertThat(Tiny.bytes(exact.resolve("adapter/adapter_model.safetensors")))
        .isNotEqualTo(Tiny.bytes(straight.resolve("adapter/adapter_model.safetensors")));
    try (TrainedRun run = TrainedRun.open(straight)) {
      assertThat(run.measure(null, null, false).evaluation().loss())
          .isEqualTo(result.last().loss());
    }
  }

  @Test
  void ranges_that_are_damaged_or_gone_are_told() throws Exception {
    var recipe = Tiny.recipe(images, INT8, "method=lora", "train.epochs=3");
    assertThatThrownBy(() -> TrainRun.start(recipe, folder, killIn(2))).isInstanceOf(Kill.class);
    Path file = folder.resolve("int8.json");
    String whole = Files.readString(file);
    assertThat(Ranges.read(file)).hasSizeGreaterThan(4);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertThatThrownBy(() -> TrainRun.resume(folder, RunListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("int8.json");
    Files.delete(file);
    assertThatThrownBy(() -> TrainRun.resume(folder, RunListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("int8.json, the ranges that this training in int8 began with");
    Files.writeString(file, whole);
    TrainRun.resume(folder, RunListener.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "method=full, trains them",
    "method=bitfit, trains them",
    "train.checkpointing=true, exclude each other",
    "backbone.device=cuda, ''"
  })
  void what_cannot_be_trained_so_is_refused(String key, String why) {
    assertThatThrownBy(
            () -> TrainRun.start(Tiny.recipe(images, INT8, key), folder, RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(why);
    assertThat(folder).isEmptyDirectory();
  }
}
