package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An adapter used on what it was not trained for is refused, with the reason and the way out. */
class WrongUseTest {
  @TempDir Path folder;
  private Path run;

  @BeforeEach
  void train() {
    run = TinyRun.trained(folder, "adapter-x");
  }

  private void edit(String file, String found, String instead) throws IOException {
    Path path = run.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(found);
    Files.writeString(path, text.replace(found, instead));
  }

  /** By whatever command the adapter is used. */
  private void refused(CharSequence... parts) {
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("evaluate", run),
            List.of("predict", run, folder.resolve("images/test/red/0.png")))) {
      Invocation wrong = Invocation.of(command.toArray());
      assertThat(wrong.err()).startsWith("adapterx: ").contains(parts);
      assertThat(wrong.err()).doesNotContain("\tat ", "Exception:", "defect");
      assertThat(wrong.code()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "preset: vit_32x2x2_patch8_32, preset: vit_64x2x2_patch8_32",
    "preset: vit_32x2x2_patch8_32, preset: vit_32x3x2_patch8_32",
    "seed: 0, seed: 1"
  })
  void a_backbone_of_another_shape_or_with_other_weights(String found, String instead)
      throws IOException {
    edit("recipe.yaml", found, instead);
    refused(
        "This adapter was trained on the backbone 'vit_32x2x2_patch8_32' (sha256 ",
        "…), found '" + (instead.startsWith("seed") ? "vit_32x2x2" : instead.substring(8)),
        "load it onto the backbone it was trained on");
  }

  @Test
  void another_normalisation() throws IOException {
    edit("recipe.yaml", "normalisation: null", "normalisation: imagenet");
    refused(
        "This adapter was trained with ",
        "the backbone now prepares its input with ",
        "set backbone.input-size, normalisation, crop-pct and crop as they were");
  }

  @Test
  void labels_in_another_order() throws IOException {
    edit("adapter/adapter_config.json", "[ \"blue\", \"red\" ]", "[ \"red\", \"blue\" ]");
    Invocation wrong = Invocation.of("evaluate", run);
    assertThat(wrong.err())
        .contains(
            "the same names in another order: label 0 is 'red' in the one and 'blue' in the other",
            "give them the same classes in the same order");
    assertThat(wrong.code()).isEqualTo(2);
  }

  @Test
  void another_number_of_classes() throws IOException {
    TinyRun.picture(folder.resolve("images/train/green/0.png"), java.awt.Color.GREEN);
    TinyRun.picture(folder.resolve("images/test/green/0.png"), java.awt.Color.GREEN);
    Invocation wrong = Invocation.of("evaluate", run);
    assertThat(wrong.err())
        .contains(
            "The classes of the run (2) and of ", " (3) differ; only in ", "green", "give them");
    assertThat(wrong.code()).isEqualTo(2);
    Invocation resumed = Invocation.of("train", "--resume", run, "train.epochs=2");
    assertThat(resumed.err())
        .contains(
            "was made with another method, backbone, seed or other classes",
            "restore the recipe or the checkpoint, or train in a new folder");
    assertThat(resumed.code()).isEqualTo(2);

    edit(
        "adapter/adapter_config.json", "[ \"blue\", \"red\" ]", "[ \"blue\", \"green\", \"red\" ]");
    refused(
        "The adapter's head.weight has shape (2, 32), expected (3, 32) by the number of its labels",
        "restore both files together");
  }

  @Test
  void an_adapter_of_a_newer_format() throws IOException {
    edit("adapter/adapter_config.json", "\"format-version\" : 1", "\"format-version\" : 3");
    refused("has format version 3, this library reads up to 2; update the library");
  }

  @Test
  void an_adapter_of_which_a_kill_left_one_file() throws IOException {
    Files.delete(run.resolve("adapter/adapter_config.json"));
    refused("has no adapter yet: its training was not finished", "train --resume " + run);
  }

  /** It works on any machine; where it is slow that is said. */
  @Test
  void a_precision_that_the_machine_has_no_instructions_for() {
    Invocation trained =
        Invocation.of(
            "train",
            folder.resolve("recipe.yaml"),
            "backbone.precision=bf16",
            "--out",
            folder.resolve("bf16"));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out().contains("warning: backbone.precision: bf16 on a processor without"))
        .isEqualTo(Precision.BF16.isSlow());
    Invocation wrong =
        Invocation.of("train", folder.resolve("recipe.yaml"), "backbone.precision=fp16");
    assertThat(wrong.err()).contains("expected one of auto, fp32, bf16, int8, found 'fp16'");
  }

  @Test
  void what_is_frozen_can_be_verified() throws IOException {
    Path out = folder.resolve("verified");
    Invocation trained =
        Invocation.of("train", folder.resolve("recipe.yaml"), "--verify-frozen", "--out", out);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(Files.readString(out.resolve("run.json")))
        .contains("\"frozen weights\" : ", "unchanged by training: sha256 ");
    assertThat(Files.readString(run.resolve("run.json"))).doesNotContain("frozen weights");
  }
}
