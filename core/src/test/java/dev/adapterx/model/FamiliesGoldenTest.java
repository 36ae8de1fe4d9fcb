package dev.adapterx.model;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.model.tokens.PositionEmbedding;
import dev.adapterx.nn.Gelu;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Golden;
import dev.adapterx.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Families of models as their libraries save them, against those libraries' own features. */
class FamiliesGoldenTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  private final Scope scope = Scope.withoutGradients();

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({
    "hf_dino, hf-vit, 4, 16, imagenet",
    "hf_dinov2_14, hf-dinov2, 2, 28, imagenet",
    "hf_mae, hf-mae, 4, 16, imagenet",
    "hf_clip, hf-clip, 4, 16, clip",
    "hf_clip_vision, hf-clip, 4, 16, clip",
    "open_clip, open-clip, 4, 16, clip",
    "timm_vit, timm, 4, 16, half",
    "timm_avg, timm, 4, 16, half",
    "timm_clip, timm, 4, 16, clip",
  })
  void a_folder_gives_its_library_s_features(
      String folder, String source, int heads, int size, String normalisation) {
    Golden expected = Golden.read(folder + "/expected.safetensors");
    try (VisionTransformer vit = load(folder, FP32)) {
      assertThat(vit.info().source()).isEqualTo(source);
      assertThat(vit.config().heads()).isEqualTo(heads);
      assertThat(vit.preprocessing().inputSize()).isEqualTo(size);
      assertThat(vit.preprocessing().normalisation()).isEqualTo(normalisation);
      assertClose(
          features(vit, expected.tensor("input")), expected.floats("features"), 1e-5, folder);
    }
  }

  @Test
  void clip_has_a_norm_before_its_blocks_and_its_own_gelu() {
    try (VisionTransformer quick = load("hf_clip", FP32);
        VisionTransformer exact = load("hf_clip_vision", FP32)) {
      assertThat(quick.config().preNorm()).isTrue();
      assertThat(quick.config().eps()).isEqualTo(1e-5);
      assertThat(quick.config().gelu()).isEqualTo(Gelu.QUICK);
      assertThat(exact.config().gelu()).isEqualTo(Gelu.EXACT);
      assertThat(quick.tensors().has("patch_embed.proj.bias")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hf_mae, decoder",
    "hf_clip, text_model;visual_projection;logit_scale;text_projection",
    "open_clip, visual.proj;logit_scale;positional_embedding;ln_final",
    "hf_dino, ''",
    "hf_dinov2_14, mask_token",
    "hf_dinov3, mask_token",
  })
  void what_is_left_out_is_said(String folder, String parts) {
    try (VisionTransformer vit = load(folder, FP32)) {
      assertThat(vit.info().leftOut())
          .containsExactlyInAnyOrder(parts.isEmpty() ? new String[0] : parts.split(";"));
    }
  }

  @Test
  void clip_s_positions_are_resized_as_transformers_does() {
    Golden expected = Golden.read("hf_clip/expected.safetensors");
    try (VisionTransformer vit = load("hf_clip", sized(24))) {
      assertClose(
          features(vit, expected.tensor("input.24")),
          expected.floats("features.24"),
          1e-5,
          "features.24");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_vit", "hf_dinov2"})
  void a_vit_s_positions_are_resized_as_transformers_does(String folder) {
    Golden expected = Golden.read(folder + "/expected.safetensors");
    try (VisionTransformer vit = load(folder, sized(24))) {
      Tensor tokens =
          vit.norm()
              .forward(
                  vit.features(
                          expected.tensor("input.24"),
                          BackboneTuner.NONE,
                          Pass.evaluation(),
                          Reads.patches())
                      .tokens());
      assertClose(tokens, expected.floats("last_hidden_state.24"), 1e-5, "last_hidden_state.24");
    }
  }

  /** Shrinking too: the antialiased cubic differs most there. */
  @ParameterizedTest
  @ValueSource(ints = {48, 24})
  void the_plain_cubic_is_torch_s(int size) {
    Golden golden = Golden.read("vit_resize.safetensors");
    float[] all = golden.floats("model.pos_embed");
    float[] expected = golden.floats("pos_embed_no_antialias." + size);
    int d = 32;
    float[] grid =
        PositionEmbedding.resized(
            java.util.Arrays.copyOfRange(all, d, all.length),
            4,
            size / 8,
            d,
            PositionEmbedding.Cubic.PLAIN);
    assertThat(
            Golden.relativeError(grid, java.util.Arrays.copyOfRange(expected, d, expected.length)))
        .isLessThan(1e-6);
  }

  @Test
  void a_clip_that_was_written_is_read_as_the_same(@TempDir Path folder) {
    Golden expected = Golden.read("hf_clip/expected.safetensors");
    Path file = folder.resolve("clip.safetensors");
    try (VisionTransformer vit = load("hf_clip", FP32)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      vit.tensors().forEach(tensors::put);
      BackboneFile.write(file, tensors, SidecarWriter.text(vit, List.of()), DType.F32);
    }
    try (VisionTransformer again = (VisionTransformer) Backbones.load(file, FP32)) {
      assertThat(again.preprocessing().normalisation()).isEqualTo("clip");
      assertClose(
          features(again, expected.tensor("input")), expected.floats("features"), 1e-5, "again");
    }
  }

  @Test
  void a_clip_without_a_config_is_asked_for_its_gelu(@TempDir Path folder) throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Files.copy(Golden.path("hf_clip").resolve("model.safetensors"), weights);
    assertThatThrownBy(() -> Backbones.load(weights, sized(null)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("GELU", "config.json", "quick_gelu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "config.json | {'model_type': 'clip', 'vision_config': {'num_attention_heads': 4}} | QUICK",
        "config.json | {'model_type': 'clip', 'vision_config': {'hidden_act': 'gelu'}} | EXACT",
        "config.json | {'architecture': 'vit_base_patch16_clip_quickgelu_224'} | QUICK",
        "config.json | {'architecture': 'vit_base_patch16_clip_224'} | EXACT",
        "config.json | {'architecture': 'x', 'model_args': {'act_layer': 'quick_gelu'}} | QUICK",
        "open_clip_config.json | {'model_cfg': {'vision_cfg': {}, 'quick_gelu': true}} | QUICK",
        "open_clip_config.json | {'model_cfg': {'vision_cfg': {}}} | EXACT",
      })
  void each_family_says_its_gelu_in_its_way(
      String file, String config, Gelu gelu, @TempDir Path folder) throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Files.copy(Golden.path("hf_clip").resolve("model.safetensors"), weights);
    Files.writeString(folder.resolve(file), config.replace('\'', '"'));
    Backbones.Options heads = new Backbones.Options(null, null, null, 4, null, Precision.FP32);
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(weights, heads)) {
      assertThat(vit.config().gelu()).isEqualTo(gelu);
      assertThat(vit.config().eps()).isEqualTo(1e-5);
    }
  }

  @Test
  void another_activation_is_refused(@TempDir Path folder) throws IOException {
    Files.copy(
        Golden.path("hf_dino").resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("config.json"), "{\"num_attention_heads\": 4, \"hidden_act\": \"relu\"}");
    assertThatThrownBy(() -> Backbones.load(folder, FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("config.json", "hidden_act", "relu", "quick_gelu");
  }

  private static VisionTransformer load(String folder, Backbones.Options options) {
    return (VisionTransformer) Backbones.load(Golden.path(folder), options);
  }

  private static Tensor features(VisionTransformer vit, Tensor input) {
    return vit.features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled();
  }

  private static Backbones.Options sized(Integer inputSize) {
    return new Backbones.Options(inputSize, null, null, null, null, Precision.FP32);
  }
}
