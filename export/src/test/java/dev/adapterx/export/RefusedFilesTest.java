package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.export.onnx.OnnxFile;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.ClassHead;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a runtime is given that does not belong together or is not whole is refused by name. */
class RefusedFilesTest {
  @TempDir Path folder;

  private VisionTransformer vit;
  private AdaptedModel model;
  private OnnxExport.Written written;

  @BeforeEach
  void export() {
    vit = Tiny.vit(Precision.FP32);
    model = OnnxExportTest.attached(vit, new AdapterX(), ClassHead.Kind.LINEAR);
    written = OnnxExport.write(model, null, folder, "one", OnnxOptions.BESIDE);
  }

  @AfterEach
  void close() {
    model.close();
    vit.close();
  }

  private static void cut(Path file) throws Exception {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  private void assertRefused(String... why) {
    assertThatThrownBy(() -> OnnxCheck.of(model, written.graph(), written.adapter()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("ONNX Runtime refuses " + written.graph())
        .hasMessageContainingAll(why);
  }

  @Test
  void what_belongs_together_is_checked() {
    OnnxCheck.requireRuntime();
    assertThatThrownBy(() -> OnnxCheck.requireRuntime(ClassLoader.getPlatformClassLoader()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("not on the class path", "ADAPTERX_PLUGINS", "nothing is fetched");
    OnnxCheck.Compared same = OnnxCheck.of(model, written.graph(), written.adapter());
    assertThat(same.difference()).isLessThan(1e-4);
    assertThat(same.scores()).isGreaterThan(0.1);
    assertThat(same.agreeing()).isEqualTo(same.asked());
  }

  /** The check sees a difference: other values under the same names. */
  @Test
  void another_adapter_of_the_same_graph_differs() {
    Tiny.randomise(model.trainable(), 0.3, 77);
    OnnxCheck.Compared other = OnnxCheck.of(model, written.graph(), written.adapter());
    assertThat(other.difference()).isGreaterThan(1e-2);
  }

  @Test
  void weights_cut_short() throws Exception {
    cut(written.weights());
    assertRefused("blocks.1.mlp.fc2.weight", "out of bounds");
  }

  @Test
  void weights_that_are_missing() throws Exception {
    Files.delete(written.weights());
    assertRefused("backbone.safetensors");
  }

  @Test
  void a_graph_cut_short() throws Exception {
    cut(written.graph());
    assertRefused("backbone.onnx");
    assertThatThrownBy(() -> OnnxFile.metadata(written.graph()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no whole ONNX file");
  }

  @Test
  void a_graph_of_an_operator_set_that_the_runtime_does_not_know() throws Exception {
    byte[] bytes = Files.readAllBytes(written.graph());
    byte[] domain = {66, 4, 10, 0, 16, 20}; // field 8 of the model: domain "", version 20
    int at = indexOf(bytes, domain);
    bytes[at + 5] = 99;
    Files.write(written.graph(), bytes);
    assertRefused("Opset 99");
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void an_adapter_of_another_method() {
    try (AdaptedModel other = OnnxExportTest.attached(vit, new Lora(), ClassHead.Kind.LINEAR)) {
      Path there = folder.resolve("other");
      OnnxExport.Written lora = OnnxExport.write(other, null, there, "two", OnnxOptions.BESIDE);
      assertThatThrownBy(() -> OnnxCheck.of(model, written.graph(), lora.adapter()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("lora");
      assertThatThrownBy(() -> OnnxExport.write(other, null, folder, "two", OnnxOptions.BESIDE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("backbone.onnx is there already");
    }
  }

  @Test
  void an_adapter_of_another_backbone_of_the_same_shape() {
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    try (VisionTransformer other = Tiny.vit(Tiny.PRESET, options, 2);
        AdaptedModel same = OnnxExportTest.attached(other, new AdapterX(), ClassHead.Kind.LINEAR)) {
      OnnxExport.Written stranger =
          OnnxExport.write(same, null, folder.resolve("other"), "two", OnnxOptions.BESIDE);
      assertThatThrownBy(() -> OnnxCheck.of(model, written.graph(), stranger.adapter()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("on tiny sha-2");
    }
  }

  @Test
  void an_adapter_cut_short() throws Exception {
    cut(written.adapter());
    assertThatThrownBy(() -> OnnxCheck.of(model, written.graph(), written.adapter()))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void an_image_of_another_size() throws Exception {
    try (Session session = Session.open(written.graph())) {
      assertThatThrownBy(
              () -> session.logits(new float[3 * 48 * 48], new long[] {1, 3, 48, 48}, null))
          .isInstanceOf(OrtException.class);
      assertThatThrownBy(
              () ->
                  session.logits(
                      new float[3 * 48 * 48], new long[] {1, 3, 48, 48}, written.adapter()))
          .isInstanceOf(OrtException.class)
          .hasMessageContainingAll("pixels", "48", "32");
    }
  }

  private static Map<String, String> contents(Path of) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(of)) {
      for (Path file : files.toList()) {
        all.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all;
  }

  /** A folder with files of one's own: none of them is replaced, and nothing is put beside. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "labels.json; {\"one\": [\"mine\"]}",
        "labels.json; [1, 2]",
        "README.md; mine",
        "preprocessing.json; {\"size\": 4}",
        "backbone.json; {}"
      })
  void files_that_no_export_wrote_stay(String file, String content) throws IOException {
    Path own = Files.createDirectories(folder.resolve("own"));
    Files.writeString(own.resolve(file), content);
    Files.writeString(own.resolve("model.onnx"), "of another program");
    Map<String, String> before = contents(own);
    assertThatThrownBy(() -> OnnxExport.write(model, null, own, "one", OnnxOptions.BESIDE))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(own.resolve(file).toString())
        .hasMessageContaining("choose another folder");
    assertThat(contents(own)).isEqualTo(before);
  }

  /** Nor what other adapters of an export's folder need. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "labels.json; {\"two\": [\"a\"]}; other classes for 'two'",
        "labels.json; {\"one\": 3}; list of classes for each adapter",
        "labels.json; {; no readable JSON",
        "preprocessing.json; {\"size\": 4}; given their input otherwise"
      })
  void files_of_other_adapters_stay(String file, String content, String why) throws IOException {
    Files.writeString(folder.resolve(file), content);
    Map<String, String> before = contents(folder);
    assertThatThrownBy(() -> OnnxExport.write(model, null, folder, "two", OnnxOptions.BESIDE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(folder.resolve(file).toString(), why);
    assertThat(contents(folder)).isEqualTo(before);
  }

  @Test
  void the_same_again_changes_nothing_and_what_was_not_finished_is() throws IOException {
    Map<String, String> before = contents(folder);
    OnnxExport.write(model, null, folder, "one", OnnxOptions.BESIDE);
    assertThat(contents(folder)).isEqualTo(before);
    for (String lost : List.of("labels.json", "README.md", "preprocessing.json")) {
      Files.delete(folder.resolve(lost));
    }
    OnnxExport.write(model, null, folder, "one", OnnxOptions.BESIDE);
    assertThat(contents(folder)).isEqualTo(before);
  }

  @Test
  void a_file_is_no_folder() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> OnnxExport.write(model, null, file, "one", OnnxOptions.BESIDE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file + " is a file, expected a folder");
    assertThat(file).hasContent("mine");
  }
}
