package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.tensor.Native;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeCommandsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"peft-hf", "peft-timm"})
  void an_exported_run_predicts_the_same_once_imported(String layout) {
    Path run = TinyRun.trained(folder, "lora");
    Path out = folder.resolve("exported");
    Path imported = folder.resolve("imported");
    Path labels = TinyRun.write(folder.resolve("labels.txt"), "blue\nred\n");
    Path photo = folder.resolve("images/test/red/3.png");

    Invocation written = Invocation.of("export", run, "--to", layout, "--out", out);
    Invocation again = Invocation.of("export", run, "--to", layout, "--out", out);
    Object[] arguments = {
      "import", out, folder.resolve("recipe.yaml"), "--labels", labels, "--out", imported
    };
    Invocation read = Invocation.of(arguments);

    assertThat(written.code()).as(written.err()).isZero();
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
    assertThat(read.code()).as(read.err()).isZero();
    assertThat(read.out()).contains("LoRA as a run");
    assertThat(Invocation.of("evaluate", imported).code()).isZero();
    assertThat(Invocation.of("predict", imported, photo).out())
        .isEqualTo(Invocation.of("predict", run, photo).out());
  }

  @Test
  void what_peft_does_not_know_is_a_mistake_of_the_user() {
    Path run = TinyRun.trained(folder, "adapter-x");
    Path out = folder.resolve("exported");

    Invocation refused = Invocation.of("export", run, "--to", "peft-hf", "--out", out);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("peft has no adapters of Adapter-X");
    assertThat(out).doesNotExist();
  }

  @Test
  void a_run_becomes_a_folder_for_onnx_runtime() {
    Path run = TinyRun.trained(folder, "lora");
    Path out = folder.resolve("device");

    Invocation first = Invocation.of("export", run, "--onnx", out);
    Invocation again = Invocation.of("export", run, "--onnx", out);
    Invocation second = Invocation.of("export", run, "--onnx", out, "--name", "second");
    Invocation merged =
        Invocation.of("export", run, "--onnx", folder.resolve("merged"), "--merged");

    String name = run.getFileName().toString();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("backbone.onnx", "the adapter '" + name + "'", "README.md");
    assertThat(out.resolve("labels.json")).content().contains("\"blue\", \"red\"");
    assertThat(out.resolve("preprocessing.json")).exists();
    assertThat(again.code()).as(again.err()).isZero(); // the same bytes
    assertThat(again.out()).contains("backbone.onnx", "was there already");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out()).contains("was there already", "the adapter 'second'");
    assertThat(out.resolve("second.onnx_adapter"))
        .hasSameBinaryContentAs(out.resolve(name + ".onnx_adapter"));
    assertThat(merged.code()).as(merged.err()).isZero();
    assertThat(folder.resolve("merged/model.onnx")).exists();
  }

  @Test
  void int8_lies_beside_fp32_and_takes_the_same_adapter() {
    Path run = TinyRun.trained(folder, "adapter-x");
    Path out = folder.resolve("device");

    Invocation exact = Invocation.of("export", run, "--onnx", out);
    Invocation int8 = Invocation.of("export", run, "--onnx", out, "--int8");
    Invocation half = Invocation.of("export", run, "--onnx", out, "--stored", "fp16");
    Invocation both = Invocation.of("export", run, "--onnx", out, "--int8", "--stored", "bf16");
    Invocation alone = Invocation.of("export", run, "--to", "peft-hf", "--out", out, "--int8");

    assertThat(exact.code()).as(exact.err()).isZero();
    assertThat(int8.code()).as(int8.err()).isZero();
    assertThat(int8.out()).contains("backbone.int8.onnx", "int8: ", " linear layers");
    assertThat(half.code()).as(half.err()).isZero();
    assertThat(out)
        .isDirectoryContaining("glob:**/backbone.int8.json")
        .isDirectoryContaining("glob:**/backbone.fp16-weights.safetensors");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--int8", "--stored", "one of them");
    assertThat(alone.code()).isEqualTo(2);
  }

  @Test
  void int8_needs_the_training_split_and_layers_that_stay_as_they_are() {
    Path run = TinyRun.trained(folder, "adapter-x");

    Invocation bare =
        Invocation.of(
            "predict",
            "--precision",
            "int8",
            "--backbone",
            "embedded",
            run.resolve("adapter"),
            run);
    Invocation trained =
        Invocation.of(
            "train", run.resolve("recipe.yaml"), "backbone.precision=int8", "method=full");

    assertThat(bare.code()).isEqualTo(2);
    assertThat(bare.err()).contains("int8 needs samples of the training split");
    assertThat(trained.code()).isEqualTo(2);
    assertThat(trained.err())
        .contains("backbone.precision=int8 is for linear layers", "full trains them");
    if (Native.instructionSets().contains("avx512_vnni")) {
      Invocation exact = Invocation.of("evaluate", run, "--precision", "fp32");
      Invocation int8 = Invocation.of("evaluate", run, "--precision", "int8");
      assertThat(int8.code()).as(int8.err()).isZero();
      assertThat(int8.out()).contains("accuracy").isNotEqualTo(exact.out());
    }
  }

  @Test
  void onnx_and_peft_are_two_things() {
    Path run = TinyRun.trained(folder, "adapter-x");
    Path out = folder.resolve("device");

    Invocation neither = Invocation.of("export", run);
    Invocation both = Invocation.of("export", run, "--onnx", out, "--to", "peft-hf");
    Invocation merged = Invocation.of("export", run, "--onnx", out, "--merged");

    assertThat(neither.code()).isEqualTo(2);
    assertThat(neither.err()).contains("--onnx FOLDER", "--to peft-hf|peft-timm");
    assertThat(both.code()).isEqualTo(2);
    assertThat(merged.code()).isEqualTo(2);
    assertThat(merged.err()).contains("depends on the data");
    assertThat(out).doesNotExist();
  }
}
