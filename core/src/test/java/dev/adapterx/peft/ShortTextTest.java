package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log shows of the records that hold tensors: a line, not the tensors. */
class ShortTextTest {
  @TempDir Path folder;

  @Test
  void models_and_files_say_what_they_are_in_a_line() {
    Options options = Options.builder().inputSize(24).precision(Precision.FP32).build();
    assertThat(options)
        .hasToString("Options[inputSize=24, precision=FP32, device=" + Device.AUTO + "]");
    Path file = Golden.path("timm_vit/model.safetensors");
    WeightFile weights = WeightFile.read(file);
    assertThat(weights)
        .hasToString(file + ": safetensors of " + weights.tensors().size() + " tensors");
    assertThat(CheckpointNames.timm(weights))
        .hasToString(weights.tensors().size() + " tensors of timm names, 0 left out");
    try (Backbone backbone = Backbones.load(file, options);
        AdaptedModel model =
            AdaptedModel.attach(backbone, new Lora(), Classification.of(Tiny.LABELS), 1)) {
      assertThat(backbone)
          .hasToString(
              "vit_base_patch16_224 (timm names): 2 blocks of width 32, input 24 x 24, FP32");
      AdapterFile.write(model, folder);
    }
    assertThat(AdapterFile.read(folder))
        .hasToString("LoRA on vit_base_patch16_224: 5 classes, 10 tensors");
  }
}
