package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged adapters, ours and peft's: each is attached or refused, and nothing is written. */
class AdapterFuzzTest {
  private static final String CONFIG = "adapter_config.json";
  private static final String MODEL = "adapter_model.safetensors";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({CONFIG + ", 300", MODEL + ", 200"})
  void our_own(String file, int share) throws IOException {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      try (AdaptedModel model =
          AdaptedModel.attach(vit, new AdapterX(), Classification.of(Tiny.LABELS), 1)) {
        AdapterFile.write(model, folder);
      }
      Fuzz.Tally tally =
          new Fuzz(file, Files.readAllBytes(folder.resolve(file)), share)
              .reading(
                  CheckpointException.class,
                  mutant -> {
                    Files.write(folder.resolve(file), mutant);
                    AdapterFile.read(folder).attach(vit).close();
                  });
      assertThat(tally.refused()).as("mutants that were refused").isPositive();
    }
    requireNothingElse();
  }

  @ParameterizedTest
  @CsvSource({
    "hf_lora_patterns, " + CONFIG + ", 300",
    "hf_dora, " + MODEL + ", 200",
    "timm_lora, " + MODEL + ", 200",
    "hf_ia3, " + CONFIG + ", 200",
    "hf_ia3, " + MODEL + ", 200"
  })
  void those_of_peft(String kind, String file, int share) throws IOException {
    for (String each : new String[] {CONFIG, MODEL}) {
      Files.copy(Golden.path("peft/" + kind + "/" + each), folder.resolve(each));
    }
    Fuzz.Tally tally =
        new Fuzz(kind + "/" + file, Files.readAllBytes(folder.resolve(file)), share)
            .reading(
                CheckpointException.class,
                mutant -> {
                  Files.write(folder.resolve(file), mutant);
                  PeftFile.read(folder);
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
    requireNothingElse();
  }

  private void requireNothingElse() throws IOException {
    try (var files = Files.list(folder)) {
      Set<String> names = files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
      assertThat(names).containsExactlyInAnyOrder(CONFIG, MODEL);
    }
  }
}
