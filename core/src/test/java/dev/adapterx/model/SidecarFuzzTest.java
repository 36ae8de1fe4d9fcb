package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged descriptions beside a weight file: the backbone is loaded or refused by name. */
class SidecarFuzzTest {
  private static final String[] SIDECARS = {
    "config.json", "preprocessor_config.json", "open_clip_config.json"
  };

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "hf_vit, config.json, 250",
    "hf_vit, preprocessor_config.json, 200",
    "hf_dinov2, preprocessor_config.json, 200",
    "hf_vit, model.safetensors, 150",
    "hf_clip, config.json, 150",
    "timm_clip, config.json, 150",
    "open_clip, open_clip_config.json, 150"
  })
  void every_mutant_is_loaded_or_refused(String model, String file, int share) throws IOException {
    for (String each : SIDECARS) {
      if (Golden.class.getResource("/golden/" + model + "/" + each) != null) {
        Files.copy(Golden.path(model + "/" + each), folder.resolve(each));
      }
    }
    Path weights = folder.resolve("model.safetensors");
    String named = model.equals("open_clip") ? "open_clip_model.safetensors" : "model.safetensors";
    Files.copy(Golden.path(model + "/" + named), weights);
    byte[] original = Files.readAllBytes(folder.resolve(file));
    new Fuzz(model + "/" + file, original, share)
        .reading(
            CheckpointException.class,
            mutant -> {
              Files.write(folder.resolve(file), mutant);
              Backbones.load(weights, Backbones.Options.defaults()).close();
            });
  }
}
