package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.adapterx.base.ConfigException;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Lease;
import dev.adapterx.infer.Predictor;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.result.TrainedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8RunsTest {
  @TempDir Path folder;

  /** To the bit, over weights that all adapters share. */
  @Test
  void an_adapter_is_computed_as_its_run_is_evaluated() throws Exception {
    assumeThat(Native.instructionSets()).containsAnyOf("avx512_vnni", "avx_vnni");
    Path run = TinyRun.trained(folder, "lora");
    List<Path> photos =
        List.of(folder.resolve("images/test/red/0.png"), folder.resolve("images/test/blue/1.png"));
    Path bare = Files.createDirectories(folder.resolve("bare"));
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(run.resolve("adapter").resolve(file), bare.resolve(file));
    }
    try (TrainedRun trained = TrainedRun.open(run, false, Precision.INT8);
        Int8Runs int8 = new Int8Runs(trained.backbone());
        Adapters adapters = Adapters.over(trained.backbone(), folder, 1 << 20, int8);
        Adapters exact = Adapters.over(trained.backbone(), folder, 1 << 20)) {
      try (Lease lease = adapters.lease("run");
          Lease other = exact.lease("run")) {
        assertThat(lease.model().isQuantised()).isTrue();
        List<Predictor.Prediction> found = Predictor.of(lease.model()).predict(photos);
        assertThat(found).isEqualTo(Predictor.of(trained.model()).predict(photos));
        assertThat(found).isNotEqualTo(Predictor.of(other.model()).predict(photos));
      }
      assertThatThrownBy(() -> adapters.lease("bare"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("there is no run around this adapter")
          .hasMessageContaining("--precision bf16");
    }
  }
}
