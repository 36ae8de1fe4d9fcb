package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Reads;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged, foreign and newer adapters: each is refused by name, and the backbone is unharmed. */
class AdapterFileTest {
  @TempDir Path folder;
  private final VisionTransformer vit = Tiny.vit(Precision.FP32);
  private float[] features = new float[0];

  @BeforeEach
  void write() {
    features = features();
    try (AdaptedModel model =
        AdaptedModel.attach(vit, new AdapterX(), Classification.of(Tiny.LABELS), 1)) {
      AdapterFile.write(model, folder);
    }
  }

  @AfterEach
  void the_backbone_is_unharmed() {
    assertThat(features()).isEqualTo(features);
    vit.close();
  }

  @Test
  void an_adapter_is_two_files() throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("adapter_config.json", "adapter_model.safetensors");
    }
    assertThat(Files.readString(config()))
        .contains("\"format\" : \"adapterx\"", "\"format-version\" : 1", "\"name\" : \"adapter-x\"")
        .contains("\"backbone-sha256\" : \"sha-1\"");
  }

  @Test
  void a_folder_without_an_adapter() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> AdapterFile.read(nowhere))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "There is no adapter here: "
                + nowhere.resolve("adapter_config.json")
                + " does not exist");
  }

  @Test
  void an_adapter_without_its_tensors() throws IOException {
    Files.delete(model());
    assertThatThrownBy(() -> AdapterFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(model().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"format\": \"adap", "not json at all", "{]"})
  void broken_json(String text) throws IOException {
    Files.writeString(config(), text);
    refused("is not readable JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{}", "{\"format\": \"lora\"}", "{\"format\": {}}"})
  void json_of_something_else(String text) throws IOException {
    Files.writeString(config(), text);
    refused("is not an adapter of this library");
  }

  @Test
  void a_newer_format() throws IOException {
    edit("\"format-version\" : 1", "\"format-version\" : 99");
    refused(config() + " has format version 99, this library reads up to 2; update the library");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"abc\"", "0", "-1", "1.5", "null", "{}"})
  void a_format_version_that_is_none(String version) throws IOException {
    edit("\"format-version\" : 1", "\"format-version\" : " + version);
    refused(config() + ": format-version must be a whole number from 1, found " + version);
  }

  @Test
  void an_unknown_method() throws IOException {
    edit("\"adapter-x\"", "\"adapter-y\"");
    refused("unknown method 'adapter-y'; did you mean 'adapter-x'?");
  }

  @Test
  void an_unknown_setting() throws IOException {
    edit("\"experts\" : 4", "\"expert\" : 4");
    refused("method: unknown key 'expert'; did you mean 'experts'?");
  }

  @Test
  void an_impossible_setting() throws IOException {
    edit("\"experts\" : 4", "\"experts\" : 0");
    refused("adapter-x.experts must be at least 1, found 0");
  }

  @ParameterizedTest
  @CsvSource({
    "'[ \"ant\", \"bee\", \"cow\", \"dog\", \"elk\" ]', 'null'",
    "'[ \"ant\", \"bee\", \"cow\", \"dog\", \"elk\" ]', '[null, \"bee\"]'",
    "'[ \"ant\", \"bee\", \"cow\", \"dog\", \"elk\" ]', '[\"one\"]'",
    "'[ \"ant\", \"bee\", \"cow\", \"dog\", \"elk\" ]', '[\"two\", \"two\"]'",
    "'[ \"ant\", \"bee\", \"cow\", \"dog\", \"elk\" ]', '{}'",
    "'\"labels\"', '\"no-labels\"'",
    "'\"preprocessing\"', '\"no-preprocessing\"'",
    "'\"mean\" : [ 0.5, 0.5, 0.5 ]', '\"mean\" : null'",
    "'\"mean\" : [ 0.5, 0.5, 0.5 ]', '\"mean\" : [0.5, null, 0.5]'",
    "'\"input-size\" : 32', '\"input-size\" : -1'",
    "'\"interpolation\" : \"bicubic\"', '\"interpolation\" : null'",
    "'\"backbone-sha256\"', '\"no-sha256\"'",
    "'\"backbone\" : \"tiny\"', '\"backbone\" : {}'",
    "'\"method\" : {', '\"method\" : 5, \"x\" : {'",
  })
  void a_config_with_a_hole(String found, String instead) throws IOException {
    edit(found, instead);
    refused(config().toString());
    assertThatThrownBy(() -> AdapterFile.read(folder)).hasMessageNotContaining("Pointer");
  }

  @Test
  void settings_that_do_not_fit_the_backbone() throws IOException {
    edit("\"heads\" : 4", "\"heads\" : 5");
    refused("The adapter's settings do not fit the backbone: adapter-x.heads must divide");
  }

  @ParameterizedTest
  @ValueSource(strings = {"experts", "router-width"})
  void settings_beyond_any_memory(String key) throws IOException {
    edit("\"" + key + "\" : ", "\"" + key + "\" : 20000000");
    refused("values, expected at most 67108864");
  }

  @Test
  void a_missing_tensor() {
    rewrite(tensors -> tensors.remove("smoa.up.bias"));
    refused("missing [smoa.up.bias], unexpected []");
  }

  @Test
  void an_unexpected_tensor() {
    rewrite(tensors -> tensors.put("extra", StoredTensor.of("extra", new float[2], 2)));
    refused("missing [], unexpected [extra]");
  }

  @Test
  void a_tensor_of_another_shape() {
    rewrite(
        tensors -> tensors.put("cls_token", StoredTensor.of("cls_token", new float[32], 1, 32)));
    refused("cls_token has shape (1, 32), expected (1, 1, 32)");
  }

  @Test
  void a_tensor_of_integers() {
    rewrite(
        tensors ->
            tensors.put(
                "head.bias",
                new StoredTensor("head.bias", DType.I64, new long[] {5}, ByteBuffer.allocate(40))));
    refused("'head.bias' holds I64");
  }

  @Test
  void half_a_file_of_tensors() throws IOException {
    byte[] bytes = Files.readAllBytes(model());
    Files.write(model(), Arrays.copyOf(bytes, bytes.length / 2));
    refused(model().toString());
  }

  @Test
  void tensors_in_half_precision_are_taken_as_they_are() {
    rewrite(
        tensors ->
            tensors.put(
                "head.bias",
                new StoredTensor(
                    "head.bias", DType.BF16, new long[] {5}, ByteBuffer.allocate(10))));
    try (AdaptedModel model = AdapterFile.read(folder).attach(vit)) {
      assertThat(Tensors.floats(model.trainable().get("head.bias"))).containsOnly(0);
    }
  }

  @Test
  void a_written_adapter_replaces_an_older_one() {
    try (AdaptedModel probe =
        AdaptedModel.attach(vit, new LinearProbe(), Classification.of(Tiny.LABELS), 2)) {
      AdapterFile.write(probe, folder);
    }
    assertThat(AdapterFile.read(folder).tensors()).containsOnlyKeys("head.weight", "head.bias");
  }

  /** A folder where the temporary file should be fails as a kill would, before the config. */
  @Test
  void a_cut_off_write_over_another_adapter_leaves_no_mixture() throws IOException {
    Path inTheWay = WholeFile.beside(folder.resolve("adapter_config.json")).resolve("full");
    Files.createDirectories(inTheWay);
    try (AdaptedModel same =
            AdaptedModel.attach(vit, new AdapterX(), Classification.of(Tiny.LABELS), 7);
        AdaptedModel probe =
            AdaptedModel.attach(vit, new LinearProbe(), Classification.of(Tiny.LABELS), 2)) {
      AdapterFile.write(same, folder); // its config is there already
      assertThat(AdapterFile.read(folder).tensors()).containsKey("smoa.up.bias");
      assertThatThrownBy(() -> AdapterFile.write(probe, folder))
          .hasMessageContaining("Could not write " + config());
      assertThat(AdapterFile.exists(folder)).isFalse();
      refused("There is no adapter here: " + config() + " does not exist");
    }
  }

  private void refused(String message) {
    assertThatThrownBy(() -> AdapterFile.read(folder).attach(vit))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private void edit(String found, String instead) throws IOException {
    String text = Files.readString(config());
    assertThat(text).contains(found);
    Files.writeString(config(), text.replace(found, instead));
  }

  private void rewrite(Consumer<Map<String, StoredTensor>> change) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    WeightFile.read(model())
        .tensors()
        .forEach((name, t) -> tensors.put(name, StoredTensor.of(name, t.floats(), t.shape())));
    change.accept(tensors);
    SafetensorsWriter.write(model(), new ArrayList<>(tensors.values()), Map.of());
  }

  private float[] features() {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.floats(
          vit.features(
                  Tiny.images(vit.config(), 2),
                  BackboneTuner.NONE,
                  Pass.evaluation(),
                  Reads.pooled())
              .pooled());
    }
  }

  private Path config() {
    return folder.resolve("adapter_config.json");
  }

  private Path model() {
    return folder.resolve("adapter_model.safetensors");
  }
}
