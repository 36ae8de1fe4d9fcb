package dev.adapterx.model;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Golden;
import dev.adapterx.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders and files of other libraries, loaded whole, against those libraries' own outputs. */
class BackbonesLoadGoldenTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  private final Scope scope = Scope.withoutGradients();

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({
    "hf_vit, hf-vit, 1, false, 0",
    "hf_vit_base, hf-vit, 1, false, 0",
    "hf_deit, hf-deit, 2, true, 0",
    "hf_dinov2, hf-dinov2, 1, false, 0",
    "hf_dinov2_with_registers, hf-dinov2, 5, false, 4",
  })
  void a_hugging_face_folder_gives_its_hidden_state(
      String folder, String source, int prefix, boolean distilled, int registers) {
    Golden expected = Golden.read(folder + "/expected.safetensors");
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(Golden.path(folder), FP32)) {
      assertThat(vit.info().source()).isEqualTo(source);
      assertThat(vit.prefixTokens()).isEqualTo(prefix);
      assertThat(vit.config().distilled()).isEqualTo(distilled);
      assertThat(vit.config().registers()).isEqualTo(registers);
      assertClose(
          hidden(vit, expected.tensor("input")),
          expected.floats("last_hidden_state"),
          2e-5,
          "last_hidden_state");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_vit", "hf_deit"})
  void a_hugging_face_classifier_gives_its_logits(String folder) {
    Golden expected = Golden.read(folder + "/expected.safetensors");
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(Golden.path(folder), FP32)) {
      assertClose(
          vit.classifier().logits(expected.tensor("input")).orElseThrow(),
          expected.floats("logits"),
          2e-5,
          "logits");
    }
  }

  @Test
  void a_model_without_a_classifier_has_no_logits() {
    try (VisionTransformer vit =
        (VisionTransformer) Backbones.load(Golden.path("hf_vit_base"), FP32)) {
      Tensor input = Golden.read("hf_vit_base/expected.safetensors").tensor("input");
      assertThat(vit.classifier().logits(input)).isEmpty();
      assertThat(vit.config().qkvBias()).isFalse();
    }
  }

  @Test
  void registers_are_resized_as_hugging_face_does() {
    // Of transformers' models this one resizes as timm does; the others take another cubic.
    Golden expected = Golden.read("hf_dinov2_with_registers/expected.safetensors");
    try (VisionTransformer vit =
        (VisionTransformer)
            Backbones.load(Golden.path("hf_dinov2_with_registers"), sized(24, null))) {
      assertClose(
          hidden(vit, expected.tensor("input.24")),
          expected.floats("last_hidden_state.24"),
          5e-5,
          "last_hidden_state.24");
      assertThat(vit.preprocessing().inputSize()).isEqualTo(24);
    }
  }

  @ParameterizedTest
  @CsvSource({"google_vit.npz, '', 2", "google_vit_opt_target.npz, opt_target., 1"})
  void a_google_file_gives_its_features(String file, String prefix, int depth) {
    Golden expected = Golden.read("google_vit_expected.safetensors");
    try (VisionTransformer vit =
        (VisionTransformer) Backbones.load(Golden.path(file), sized(null, 2))) {
      assertThat(vit.info().source()).isEqualTo("google-npz");
      assertThat(vit.info().name()).isEqualTo(file);
      assertThat(vit.config().depth()).isEqualTo(depth);
      Tensor input = expected.tensor("input");
      assertClose(
          vit.features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled(),
          expected.floats(prefix + "features"),
          2e-5,
          "features");
      assertThat(vit.classifier().logits(input))
          .as("its head means nothing without pre_logits")
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 24})
  void another_input_size_resizes_positions_as_timm_does(int size, @TempDir Path folder) {
    Golden golden = Golden.read("vit_resize.safetensors");
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(
        file, new ArrayList<>(golden.file().within("model.").tensors().values()), Map.of());
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(file, sized(size, 2))) {
      Tensor input = golden.tensor("input." + size);
      assertClose(vit.posEmbed(), golden.floats("pos_embed." + size), 1e-6, "pos_embed");
      assertClose(hidden(vit, input), golden.floats("tokens." + size), 2e-5, "tokens");
      assertClose(
          vit.classifier().logits(input).orElseThrow(),
          golden.floats("logits." + size),
          2e-5,
          "logits");
      assertThat(vit.config().imageSize()).isEqualTo(size);
    }
  }

  @Test
  void bf16_keeps_what_is_small_in_fp32_and_stays_close() {
    Golden expected = Golden.read("hf_dinov2_with_registers/expected.safetensors");
    try (VisionTransformer vit =
        (VisionTransformer)
            Backbones.load(Golden.path("hf_dinov2_with_registers"), FP32.with(Precision.BF16))) {
      assertClose(
          hidden(vit, expected.tensor("input")),
          expected.floats("last_hidden_state"),
          5e-2,
          "last_hidden_state");
      for (String name :
          List.of(
              "cls_token",
              "reg_token",
              "pos_embed",
              "norm.weight",
              "blocks.1.norm1.bias",
              "blocks.0.ls1.gamma")) {
        assertThat(vit.tensors().get(name).element_size()).as(name).isEqualTo(4);
      }
      for (String name :
          List.of("patch_embed.proj.weight", "blocks.0.attn.qkv.bias", "blocks.1.mlp.fc2.weight")) {
        assertThat(vit.tensors().get(name).element_size()).as(name).isEqualTo(2);
      }
    }
  }

  private static Tensor hidden(VisionTransformer vit, Tensor input) {
    return vit.norm()
        .forward(
            vit.features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.patches()).tokens());
  }

  private static Backbones.Options sized(Integer inputSize, Integer heads) {
    return new Backbones.Options(inputSize, null, null, heads, null, Precision.FP32);
  }
}
