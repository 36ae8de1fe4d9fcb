package dev.adapterx.model.swin;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.model.BackboneFile;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.model.SidecarWriter;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Swin transformer as timm's repositories on the hub hold it, against timm. */
class SwinGoldenTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  /** As in timm/swin_tiny_patch4_window7_224.ms_in1k, but for the sizes. */
  private static final String CONFIG =
      """
      {"architecture": "swin_golden_patch4_window3_48", "num_classes": 7, "num_features": 32,
       "global_pool": "avg",
       "pretrained_cfg": {"tag": "none", "custom_load": false, "input_size": [3, 48, 48],
        "fixed_input_size": true, "interpolation": "bicubic", "crop_pct": 0.9,
        "crop_mode": "center", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
        "num_classes": 7, "pool_size": [3, 3], "first_conv": "patch_embed.proj",
        "classifier": "head.fc"}}
      """;

  private final Scope scope = Scope.withoutGradients();
  private final Golden golden = Golden.read("swin_timm.safetensors");
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    weights(folder, UnaryOperator.identity(), tensors -> {});
    Files.writeString(folder.resolve("config.json"), CONFIG);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** The model's tensors under other names. */
  private void weights(
      Path into, UnaryOperator<String> renamed, Consumer<List<StoredTensor>> change) {
    List<StoredTensor> tensors = new ArrayList<>();
    golden
        .file()
        .within("model.")
        .tensors()
        .forEach((name, tensor) -> tensors.add(tensor.named(renamed.apply(name))));
    change.accept(tensors);
    SafetensorsWriter.write(into.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
  }

  private static SwinTransformer load(Path path) {
    return (SwinTransformer) Backbones.load(path, FP32);
  }

  private static Features read(SwinTransformer swin, Tensor input, Reads reads) {
    return swin.features(input, BackboneTuner.NONE, Pass.evaluation(), reads);
  }

  @Test
  void pooled_feature_and_logits_are_timms() {
    try (SwinTransformer swin = load(folder)) {
      Tensor image = golden.tensor("input");
      Tensor pooled = read(swin, image, Reads.pooled()).pooled();
      assertClose(pooled, golden.floats("features"), 1e-5, "features");
      Tensor logits = swin.classifier().logits(image).orElseThrow();
      assertClose(logits, golden.floats("logits"), 1e-5, "logits");
      assertThat(swin.classifier().classes()).hasValue(7);
    }
  }

  @Test
  void every_stage_is_timms_on_its_own_grid() {
    try (SwinTransformer swin = load(folder)) {
      Features read = read(swin, golden.tensor("input"), Reads.layers(List.of(1, 3, 5)));
      assertClose(read.map(0), golden.floats("stage.0"), 1e-5, "stage.0");
      assertClose(read.map(1), golden.floats("stage.1"), 1e-5, "stage.1");
      assertThat(read.map(0).shape()).containsExactly(2, 8, 12, 12);
      assertThat(read.map(1).shape()).containsExactly(2, 16, 6, 6);
      assertThat(read.grid(1)).isEqualTo(new Grid.Cells(6, 6));
      assertThat(read.grid()).isEqualTo(new Grid.Cells(3, 3));
      Tensor last = read.tokens().transpose(1, 2);
      assertClose(last, golden.floats("stage.2"), 1e-5, "before the final norm");
      assertClose(read.patches(2), golden.floats("tokens"), 1e-5, "behind the final norm");
    }
  }

  /** Sides that windows do not fill, odd ones to merge, and grids smaller than a window. */
  @ParameterizedTest
  @ValueSource(strings = {"wide", "odd", "small"})
  void inputs_of_other_sizes_are_timms(String name) {
    try (SwinTransformer swin = load(folder)) {
      Tensor image = golden.tensor("input." + name);
      Features read = read(swin, image, Reads.patches());
      assertClose(read.patches(0), golden.floats("tokens." + name), 1e-5, name);
      assertClose(read.pooled(), golden.floats("features." + name), 1e-5, name);
    }
  }

  @Test
  void shape_and_preparation_come_from_weights_and_config() {
    try (SwinTransformer swin = load(folder)) {
      assertThat(swin.info().source()).isEqualTo("timm");
      assertThat(swin.info().name()).isEqualTo("swin_golden_patch4_window3_48");
      assertThat(swin.config())
          .isEqualTo(
              new SwinConfig(
                  48,
                  4,
                  List.of(
                      new SwinConfig.Stage(8, 2, 1, 3, 32),
                      new SwinConfig.Stage(16, 2, 2, 3, 64),
                      new SwinConfig.Stage(32, 2, 4, 3, 128)),
                  true,
                  1e-5));
      assertThat(swin.preprocessing().cropPct()).isEqualTo(0.9);
      assertThat(swin.preprocessing().normalisation()).isEqualTo("imagenet");
      assertThat(swin.tensors().elements()).isEqualTo(golden.config().path("parameters").asLong());
    }
  }

  @Test
  void without_a_config_the_size_is_that_with_one_window_at_the_end() throws IOException {
    Files.delete(folder.resolve("config.json"));
    try (SwinTransformer swin = load(folder.resolve("model.safetensors"))) {
      assertThat(swin.config().imageSize()).isEqualTo(48);
      assertThat(swin.preprocessing().normalisation()).isEqualTo("imagenet");
    }
  }

  @Test
  void another_input_size_needs_no_other_weights() {
    Backbones.Options larger = FP32.toBuilder().inputSize(40).build();
    try (SwinTransformer swin = (SwinTransformer) Backbones.load(folder, larger)) {
      assertThat(swin.preprocessing().inputShape()).containsExactly(3, 40, 40);
      Tensor image = golden.tensor("input.odd").narrow(3, 0, 40);
      assertThat(read(swin, image, Reads.pooled()).pooled().shape()).containsExactly(2, 32);
      assertThatThrownBy(() -> read(swin, golden.tensor("input"), Reads.pooled()))
          .isInstanceOf(AdapterXException.class)
          .hasMessageContaining("expected images of shape (2, 3, 40, 40)");
    }
    Backbones.Options odd = FP32.toBuilder().inputSize(50).build();
    assertThatThrownBy(() -> Backbones.load(folder, odd))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "input size 50 must be a multiple of the patch size 4; nearest valid: 52");
  }

  @Test
  void what_was_written_is_read_as_the_same() {
    Path file = folder.resolve("again.safetensors");
    try (SwinTransformer swin = load(folder)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      swin.tensors().forEach(tensors::put);
      String description = SidecarWriter.text(swin, List.of());
      BackboneFile.write(file, tensors, description, DType.F32);
    }
    folder.resolve("config.json").toFile().delete();
    try (SwinTransformer again = load(file)) {
      Tensor pooled = read(again, golden.tensor("input"), Reads.pooled()).pooled();
      assertClose(pooled, golden.floats("features"), 1e-5, "features");
      assertThat(again.preprocessing().cropPct()).isEqualTo(0.9);
    }
  }

  /** Merging belongs to the stage before, the head is one layer, and buffers are stored. */
  @Test
  void the_authors_own_checkpoints_are_read(@TempDir Path theirs) {
    weights(
        theirs,
        name ->
            name.startsWith("head.fc")
                ? name.replace("head.fc", "head")
                : name.replace("layers.1.downsample", "layers.0.downsample")
                    .replace("layers.2.downsample", "layers.1.downsample"),
        tensors -> {
          tensors.add(
              StoredTensor.of(
                  "layers.0.blocks.0.attn.relative_position_index", new float[81], 9, 9));
          tensors.add(StoredTensor.of("layers.0.blocks.1.attn_mask", new float[81], 1, 9, 9));
        });
    try (SwinTransformer swin = load(theirs)) {
      assertThat(swin.info().source()).isEqualTo("swin");
      Tensor logits = swin.classifier().logits(golden.tensor("input")).orElseThrow();
      assertClose(logits, golden.floats("logits"), 1e-5, "logits");
    }
  }

  @Test
  void transformers_weights_are_read() {
    Golden theirs = Golden.read("hf_swin/expected.safetensors");
    try (SwinTransformer swin = load(Golden.path("hf_swin"))) {
      assertThat(swin.info().source()).isEqualTo("hf-swin");
      assertThat(swin.info().labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
      assertThat(swin.preprocessing().inputShape()).containsExactly(3, 24, 24);
      assertThat(swin.preprocessing().normalisation()).isEqualTo("imagenet");
      Features read = read(swin, theirs.tensor("input"), Reads.patches());
      assertClose(read.patches(0), theirs.floats("last_hidden_state"), 1e-5, "tokens");
      assertClose(read.pooled(), theirs.floats("pooler_output"), 1e-5, "pooled");
      Tensor logits = swin.classifier().logits(theirs.tensor("input")).orElseThrow();
      assertClose(logits, theirs.floats("logits"), 1e-5, "logits");
    }
  }

  @Test
  void a_config_of_something_else_is_refused() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, CONFIG.replace("\"avg\"", "\"max\""));
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("global_pool: expected avg of a Swin transformer, found 'max'");
    Files.writeString(config, CONFIG.replace("{\"arch", "{\"hidden_act\": \"quick_gelu\", \"arch"));
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("hidden_act: expected gelu of a Swin transformer");
  }

  @Test
  void a_file_that_is_not_whole_is_refused(@TempDir Path broken) {
    weights(
        broken,
        UnaryOperator.identity(),
        tensors -> tensors.removeIf(t -> t.name().equals("layers.1.downsample.norm.bias")));
    assertThatThrownBy(() -> load(broken))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "a Swin transformer of 3 stages, width 8 to 32",
            "missing layers.1.downsample.norm.bias",
            "Nothing was loaded");
  }

  @Test
  void a_table_of_windows_that_are_no_squares_is_refused(@TempDir Path narrow) {
    String table = "layers.0.blocks.0.attn.relative_position_bias_table";
    weights(
        narrow,
        UnaryOperator.identity(),
        tensors -> {
          tensors.removeIf(t -> t.name().equals(table));
          tensors.add(StoredTensor.of(table, new float[15], 15, 1));
        });
    assertThatThrownBy(() -> load(narrow))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(table + " has 15 rows, which is no square of an odd number");
  }

  @Test
  void what_the_family_has_no_choice_of_is_refused() {
    Backbones.Options cls = FP32.toBuilder().pooling(ViTConfig.Pooling.CLS).build();
    assertThatThrownBy(() -> Backbones.load(folder, cls))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("backbone.pooling: a Swin transformer has no class token");
    Backbones.Options heads = FP32.toBuilder().heads(4).build();
    assertThatThrownBy(() -> Backbones.load(folder, heads))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("backbone.heads: the weights of a Swin transformer determine");
    try (SwinTransformer swin = load(folder)) {
      assertThatThrownBy(() -> read(swin, golden.tensor("input"), Reads.cls()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("has no class token to read");
    }
  }

  @Test
  void half_precision_is_near() {
    Backbones.Options bf16 = FP32.with(Precision.BF16);
    try (SwinTransformer swin = (SwinTransformer) Backbones.load(folder, bf16)) {
      Tensor pooled = read(swin, golden.tensor("input"), Reads.pooled()).pooled();
      assertThat(Golden.relativeError(Tensors.floats(pooled), golden.floats("features")))
          .isLessThan(0.05);
    }
  }
}
