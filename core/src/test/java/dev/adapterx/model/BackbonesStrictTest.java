package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Golden;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that do not fit are refused as a whole, by name. */
class BackbonesStrictTest {
  @TempDir Path folder;
  private final Map<String, StoredTensor> tensors =
      new LinkedHashMap<>(Golden.read("vit_resize.safetensors").file().within("model.").tensors());

  @Test
  void whole_weights_are_loaded() {
    try (VisionTransformer vit = load(2)) {
      assertThat(vit.config())
          .isEqualTo(
              new ViTConfig(
                  32, 8, 32, 2, 2, 1, true, false, false, 0, ViTConfig.Pooling.CLS, 1e-6));
    }
  }

  @Test
  void missing_tensors_are_listed() {
    tensors.remove("blocks.1.mlp.fc2.bias");
    tensors.remove("norm.weight");
    refused(
        " does not fit a vision transformer of width 32, depth 2: missing blocks.1.mlp.fc2.bias,"
            + " norm.weight. Nothing was loaded.");
  }

  @Test
  void a_classifier_of_no_classes_is_refused() {
    put("head.weight", StoredTensor.of("head.weight", new float[0], 0, 32));
    put("head.bias", StoredTensor.of("head.bias", new float[0], 0));
    refused("without values head.bias, head.weight. Nothing was loaded.");
  }

  @Test
  void a_misnamed_tensor_is_recognised() {
    put("blocks.1.attn.projection.weight", tensors.remove("blocks.1.attn.proj.weight"));
    refused(
        "missing blocks.1.attn.proj.weight (is it 'blocks.1.attn.projection.weight'?);"
            + " unexpected blocks.1.attn.projection.weight. Nothing was loaded.");
  }

  @Test
  void unexpected_tensors_are_listed() {
    put("blocks.0.attn.q_norm.weight", StoredTensor.of("", new float[16], 16));
    refused("unexpected blocks.0.attn.q_norm.weight. Nothing was loaded.");
  }

  @Test
  void wrong_shapes_are_listed_with_the_right_ones() {
    put("blocks.0.mlp.fc2.weight", StoredTensor.of("", new float[32 * 31], 32, 31));
    put("norm.bias", StoredTensor.of("", new float[33], 33));
    refused(
        "blocks.0.mlp.fc2.weight has shape (32, 31), expected (32, 32);"
            + " norm.bias has shape (33), expected (32). Nothing was loaded.");
  }

  @Test
  void a_class_token_is_needed() {
    tensors.remove("cls_token");
    refused(": there is no cls_token; vision transformers without a class token are not supported");
  }

  @Test
  void blocks_are_needed() {
    tensors.keySet().removeIf(name -> name.startsWith("blocks."));
    refused(": there is no ");
  }

  @Test
  void heads_that_cannot_be_told_are_asked_for() {
    assertThatThrownBy(() -> load(null))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            ": the number of attention heads cannot be told from a width of 32; put the model's"
                + " config.json beside the file or set backbone.heads");
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "-2"})
  void impossible_heads_in_a_config_are_refused(int heads) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"num_attention_heads\": " + heads + "}");
    assertThatThrownBy(() -> load(null))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("width 32 must be a multiple of the number of heads " + heads);
  }

  @Test
  void a_config_that_is_no_json_is_refused() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{");
    assertThatThrownBy(() -> load(null))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("config.json") + " is not readable JSON");
  }

  @Test
  void positions_that_are_no_square_are_refused() {
    put("pos_embed", StoredTensor.of("", new float[19 * 32], 1, 19, 32));
    refused(": pos_embed covers 19 positions, which is no square grid");
  }

  @Test
  void tensors_of_no_size_are_refused() {
    put("patch_embed.proj.weight", StoredTensor.of("", new float[0], 0, 3, 8, 8));
    refused("width 0");
    put("patch_embed.proj.weight", StoredTensor.of("", new float[0], 32, 3, 0, 0));
    refused("image size 0");
    put("patch_embed.proj.weight", StoredTensor.of("", new float[0], 1L << 40, 3, 0, 8));
    refused("");
  }

  @Test
  void weights_of_integers_are_refused() {
    put(
        "blocks.0.norm1.bias",
        new StoredTensor("", DType.I32, new long[] {32}, ByteBuffer.allocate(128)));
    refused("'blocks.0.norm1.bias' holds I32");
  }

  @Test
  void an_input_size_must_be_whole_patches() {
    write();
    assertThatThrownBy(
            () ->
                Backbones.load(
                    folder, new Backbones.Options(30, null, null, 2, null, Precision.FP32)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Vision transformer: image size 30 must be a multiple of the patch size 8");
  }

  @Test
  void images_of_another_size_are_refused_with_the_way_out() {
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = load(2)) {
      assertThatThrownBy(
              () ->
                  vit.features(
                          Init.zeros(1, 3, 48, 48),
                          BackboneTuner.NONE,
                          Pass.evaluation(),
                          Reads.pooled())
                      .pooled())
          .hasMessage(
              "patch_embed: expected images of shape (1, 3, 32, 32), found (1, 3, 48, 48); resize"
                  + " the images, or load the backbone with input-size 48");
    }
  }

  @Test
  void a_failure_inside_names_the_block() {
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = load(2)) {
      BackboneTuner broken =
          new BackboneTuner() {
            @Override
            public Embedding embed(Backbone backbone, Tensor input, Pass pass) {
              return new Embedding(Init.zeros(1, 17, 31), null, 1, new Grid.Cells(4, 4));
            }
          };
      assertThatThrownBy(
              () ->
                  vit.features(Init.zeros(1, 3, 32, 32), broken, Pass.evaluation(), Reads.pooled())
                      .pooled())
          .hasMessageStartingWith("blocks.0: ")
          .hasMessageNotContainingAny("\n", "Exception raised from");
    }
  }

  @Test
  void the_fingerprint_is_of_names_shapes_and_values_without_the_head() {
    String sha256 = sha256();
    put("head.bias", StoredTensor.of("", new float[5], 5));
    assertThat(sha256()).as("another head").isEqualTo(sha256);
    Map<String, StoredTensor> reversed = new LinkedHashMap<>();
    tensors.keySet().stream()
        .sorted(Comparator.reverseOrder())
        .forEach(name -> reversed.put(name, tensors.get(name)));
    tensors.clear();
    tensors.putAll(reversed);
    assertThat(sha256()).as("another order").isEqualTo(sha256);
    StoredTensor norm = tensors.get("norm.weight");
    put("norm.weight", asDoubles(norm));
    assertThat(sha256()).as("the same values as doubles").isEqualTo(sha256);
    float[] values = norm.floats();
    values[3] = Math.nextUp(values[3]);
    put("norm.weight", StoredTensor.of("", values, 32));
    assertThat(sha256()).as("one bit").isNotEqualTo(sha256).hasSize(64);
  }

  private static StoredTensor asDoubles(StoredTensor tensor) {
    float[] values = tensor.floats();
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putDouble(value);
    }
    return new StoredTensor(tensor.name(), DType.F64, tensor.shape(), bytes.flip());
  }

  private String sha256() {
    try (VisionTransformer vit = load(2)) {
      return vit.info().sha256();
    }
  }

  private void put(String name, StoredTensor tensor) {
    tensors.put(name, tensor.named(name));
  }

  private void refused(String message) {
    assertThatThrownBy(() -> load(2))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }

  private VisionTransformer load(Integer heads) {
    write();
    return (VisionTransformer)
        Backbones.load(
            folder, new Backbones.Options(null, null, null, heads, null, Precision.FP32));
  }

  private void write() {
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"), new ArrayList<>(tensors.values()), Map.of());
  }
}
