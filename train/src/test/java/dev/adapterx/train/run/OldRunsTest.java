package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.train.loop.RunListener;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that an earlier version began go on to what that version would have made of them. */
class OldRunsTest {
  private static final Path RUNS = Path.of("src/test/resources/earlier");

  /** Of the machine that made them there is no difference; other processors round otherwise. */
  private static final double ROUNDING = 1e-4;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"adapter-x", "lora", "dapt"})
  void a_run_of_an_earlier_version_is_resumed(String name) throws IOException {
    Path run = folder.resolve(name);
    try (Stream<Path> files = Files.walk(RUNS.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(RUNS.resolve(name).relativize(file)));
      }
    }
    TrainRun.resume(run, List.of("train.epochs=2"), RunListener.NONE);

    Map<String, StoredTensor> made =
        WeightFile.read(run.resolve("adapter/adapter_model.safetensors")).tensors();
    Map<String, StoredTensor> expected =
        WeightFile.read(run.resolve("after-2-epochs.safetensors")).tensors();
    assertThat(made.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (tensor, values) -> {
          float[] before = values.floats();
          float[] after = made.get(tensor).floats();
          assertThat(after).as(tensor).hasSameSizeAs(before);
          for (int i = 0; i < before.length; i++) {
            assertThat(Math.abs(after[i] - before[i])).as(tensor).isLessThan((float) ROUNDING);
          }
        });
  }
}
