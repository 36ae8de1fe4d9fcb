package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.SharedData;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** timm's ViT-Ti/16, trained on ImageNet, on an image that a formula gives. */
@SharedData
class RealWeightsTest {
  private static final int CLASSES = 1000;

  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "pth"})
  void logits_equal_timms(String ending) {
    float[] expected = Golden.read("vit_tiny_in1k.safetensors").floats("formula.logits");
    float[] logits = logits(ending, Precision.FP32);
    assertThat(logits).hasSameSizeAs(expected);
    for (int i = 0; i < logits.length; i++) {
      assertThat(Math.abs(logits[i] - expected[i])).isLessThan(1e-4f);
    }
  }

  @Test
  void bf16_agrees_about_the_first_choice() {
    float[] expected = Golden.read("vit_tiny_in1k.safetensors").floats("formula.logits");
    float[] logits = logits("safetensors", Precision.BF16);
    for (int b = 0; b < 2; b++) {
      assertThat(best(logits, b)).isEqualTo(best(expected, b));
    }
    assertThat(Golden.relativeError(logits, expected)).isLessThan(0.05);
  }

  @Test
  void the_same_weights_have_the_same_fingerprint_in_either_file() {
    try (VisionTransformer safetensors = load("safetensors", Precision.FP32);
        VisionTransformer pth = load("pth", Precision.BF16)) {
      assertThat(pth.info().sha256()).isEqualTo(safetensors.info().sha256()).hasSize(64);
      assertThat(pth.config()).isEqualTo(Presets.vit("vit_tiny_patch16_224"));
      assertThat(safetensors.config()).isEqualTo(pth.config());
      assertThat(pth.preprocessing().normalisation()).isEqualTo("half");
    }
  }

  private static float[] logits(String ending, Precision precision) {
    try (VisionTransformer vit = load(ending, precision);
        Scope scope = Scope.withoutGradients()) {
      return Tensors.floats(vit.classifier().logits(formula()).orElseThrow());
    }
  }

  private static VisionTransformer load(String ending, Precision precision) {
    Path file = SharedData.Beside.folder().resolve("vit-tiny-in1k/vit_tiny_patch16_224." + ending);
    return (VisionTransformer) Backbones.load(file, Backbones.Options.defaults().with(precision));
  }

  /** {@code sin(0.05 (x+1) (c+1) + 0.03 y (b+1))}. */
  private static Tensor formula() {
    float[] values = new float[2 * 3 * 224 * 224];
    int i = 0;
    for (int b = 0; b < 2; b++) {
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 224; y++) {
          for (int x = 0; x < 224; x++) {
            values[i++] = (float) Math.sin(0.05 * (x + 1) * (c + 1) + 0.03 * y * (b + 1));
          }
        }
      }
    }
    return Tensors.of(values, 2, 3, 224, 224);
  }

  private static int best(float[] logits, int sample) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++) {
      best = logits[sample * CLASSES + c] > logits[sample * CLASSES + best] ? c : best;
    }
    return best;
  }
}
