package dev.adapterx.model;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
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

/** DINOv3's vision transformer as transformers saves it, against transformers. */
class RotaryGoldenTest {
  private static final String FOLDER = "hf_dinov3";
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  private final Scope scope = Scope.withoutGradients();
  private final Golden expected = Golden.read(FOLDER + "/expected.safetensors");

  @AfterEach
  void close() {
    scope.close();
  }

  private static VisionTransformer load(Path path) {
    return (VisionTransformer) Backbones.load(path, FP32);
  }

  private static Tensor normed(VisionTransformer vit, Tensor input) {
    Features all = vit.features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.patches());
    return vit.norm().forward(all.tokens());
  }

  @Test
  void all_tokens_are_transformers() {
    try (VisionTransformer vit = load(Golden.path(FOLDER))) {
      assertThat(vit.info().source()).isEqualTo("hf-dinov3");
      assertThat(vit.config().theta()).isEqualTo(50);
      assertThat(vit.config().registers()).isEqualTo(3);
      assertThat(vit.config().eps()).isEqualTo(1e-5);
      assertThat(vit.posEmbed()).isNull();
      assertThat(vit.preprocessing().normalisation()).isEqualTo("imagenet");
      assertThat(vit.preprocessing().interpolation()).isEqualTo("bilinear");
      Tensor found = normed(vit, expected.tensor("input"));
      assertClose(found, expected.floats("last_hidden_state"), 1e-5, "last_hidden_state");
    }
  }

  @Test
  void the_pooled_feature_is_transformers_though_the_last_block_s_patches_are_not_computed() {
    try (VisionTransformer vit = load(Golden.path(FOLDER))) {
      Tensor image = expected.tensor("input");
      Pass pass = Pass.evaluation();
      Tensor found = vit.features(image, BackboneTuner.NONE, pass, Reads.pooled()).pooled();
      assertClose(found, expected.floats("pooler_output"), 1e-5, "pooler_output");
    }
  }

  @Test
  void a_picture_that_is_no_square_has_positions_of_its_own_grid() {
    try (VisionTransformer vit = load(Golden.path(FOLDER))) {
      Tensor found = normed(vit, expected.tensor("input.wide"));
      assertClose(found, expected.floats("last_hidden_state.wide"), 1e-5, "wide");
    }
  }

  @Test
  void a_layer_in_between_is_transformers() {
    try (VisionTransformer vit = load(Golden.path(FOLDER))) {
      Tensor image = expected.tensor("input");
      Reads first = Reads.layers(List.of(0));
      Features read = vit.features(image, BackboneTuner.NONE, Pass.evaluation(), first);
      assertClose(read.tokens(), expected.floats("hidden.0"), 1e-5, "hidden.0");
    }
  }

  @Test
  void what_was_written_is_read_as_the_same(@TempDir Path folder) {
    Path file = folder.resolve("dinov3.safetensors");
    try (VisionTransformer vit = load(Golden.path(FOLDER))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      vit.tensors().forEach(tensors::put);
      BackboneFile.write(file, tensors, SidecarWriter.text(vit, List.of()), DType.F32);
    }
    try (VisionTransformer again = load(file)) {
      assertThat(again.config().theta()).isEqualTo(50);
      assertThat(again.config().imageSize()).isEqualTo(16);
      Tensor found = normed(again, expected.tensor("input"));
      assertClose(found, expected.floats("last_hidden_state"), 1e-5, "again");
    }
  }

  @Test
  void without_a_config_the_usual_theta_and_size_are_taken(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.copy(Golden.path(FOLDER).resolve("model.safetensors"), file);
    Backbones.Options heads = Backbones.Options.builder().heads(4).build();
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(file, heads)) {
      assertThat(vit.config().theta()).isEqualTo(100);
      assertThat(vit.config().imageSize()).isEqualTo(224);
    }
  }

  @Test
  void a_theta_that_is_no_number_is_refused(@TempDir Path folder) throws IOException {
    Files.copy(
        Golden.path(FOLDER).resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"num_attention_heads\": 4, \"rope_theta\": \"hot\"}");
    assertThatThrownBy(() -> Backbones.load(folder, FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("config.json: rope_theta: expected a number, found \"hot\"");
    Files.writeString(config, "{\"num_attention_heads\": 4, \"rope_theta\": -1}");
    assertThatThrownBy(() -> Backbones.load(folder, FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("rope_theta must be a positive number, found -1.0");
  }

  @Test
  void heads_that_no_angles_fill_are_refused() {
    assertThatThrownBy(() -> ViTConfig.dinov3(32, 8, 12, 1, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("multiple of 4, found 6");
  }
}
