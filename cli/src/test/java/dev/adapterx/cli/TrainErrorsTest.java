package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user who errs is told; each mistake is made alone. */
class TrainErrorsTest {
  private static final String BACKBONE = "backbone: {preset: vit_32x2x2_patch8_32}\n";

  @TempDir Path folder;

  private void isToldOf(Invocation wrong, CharSequence... parts) {
    assertThat(wrong.err()).contains(parts).startsWith("adapterx: ");
    assertThat(wrong.err()).doesNotContain("\tat ", "Exception:", "defect");
    assertThat(wrong.code()).isEqualTo(2);
  }

  private Invocation train(String yaml, Object... more) {
    Path recipe = TinyRun.write(folder.resolve("recipe.yaml"), yaml);
    Object[] arguments = new Object[more.length + 4];
    arguments[0] = "train";
    arguments[1] = recipe;
    arguments[2] = "--out";
    arguments[3] = folder.resolve("run");
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void no_recipe() {
    isToldOf(Invocation.of("train"), "Expected what to train on", "my-pictures", "--resume");
  }

  @Test
  void a_missing_recipe() {
    Path missing = folder.resolve("missing.yaml");
    isToldOf(Invocation.of("train", missing), "no readable recipe", missing.toString());
  }

  @Test
  void an_unknown_key() {
    isToldOf(train("train: {epoch: 3}"), "unknown key 'epoch'", "did you mean 'epochs'?");
  }

  @Test
  void an_unknown_key_on_the_command_line() {
    isToldOf(train("seed: 1", "train.batches=3"), "unknown key 'batches'", "'batch'");
  }

  @ParameterizedTest
  @CsvSource({
    "lr=0.1, lr, train.lr",
    "device=cuda, device, backbone.device",
    "train.device=cuda, device, backbone.device",
    "path=x, path, backbone.path' or 'data.path",
    "scale=2, scale, method.scale",
    "sed=1, sed, seed",
    "epoch=3, epoch, train.epochs",
  })
  void the_last_part_of_a_key_alone(String override, String named, String meant) {
    isToldOf(
        train("seed: 1", override), "unknown key '" + named + "'", "did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @CsvSource({
    "--lr, train.lr=VALUE",
    "--lr=0.1, train.lr=0.1",
    "--train.lr=0.1, train.lr=0.1",
    "--device=cuda, backbone.device=cuda"
  })
  void a_key_as_an_option(String option, String meant) {
    isToldOf(
        train("seed: 1", option),
        "Unknown option: '" + option + "'",
        "A recipe's keys are given without dashes: " + meant);
  }

  @Test
  void an_override_without_a_value() {
    isToldOf(train("seed: 1", "train.lr"), "Expected key=value", "train.lr");
  }

  @Test
  void an_unknown_method() {
    isToldOf(train("method: adapterx"), "unknown method 'adapterx'", "did you mean 'adapter-x'?");
  }

  @Test
  void a_missing_backbone() {
    String missing = folder.resolve("none.safetensors").toString();
    isToldOf(train("seed: 1", "backbone.path=" + missing, "data.path=" + folder), missing);
  }

  @Test
  void an_unnamed_backbone() {
    isToldOf(train("seed: 1"), "backbone.path", "expected a weight file");
  }

  @Test
  void an_unknown_preset() {
    isToldOf(
        train("backbone: {preset: vit_bse_patch16_224}"),
        "Unknown preset",
        "did you mean 'vit_base_patch16_224'?");
  }

  @Test
  void a_missing_data_folder() {
    isToldOf(train(BACKBONE + "data: {path: nowhere}"), "No such folder", "nowhere");
  }

  /** The keys it names are those with which the same command trains. */
  @ParameterizedTest
  @CsvSource({
    "train, data.train=all data.test=null data.hold-out=0.2",
    "val, data.val=null data.hold-out=0.2",
    "test, data.test=null data.hold-out=0.2"
  })
  void a_split_that_is_not_there(String role, String keys) {
    for (int i = 0; i < 8; i++) {
      for (String split : role.equals("train") ? List.of(".") : List.of("train", "test")) {
        if (!split.equals(role)) {
          TinyRun.picture(
              folder.resolve("images/" + split + "/red/" + i + ".png"), new Color(200, i, 0));
          TinyRun.picture(
              folder.resolve("images/" + split + "/blue/" + i + ".png"), new Color(0, i, 200));
        }
      }
    }
    String yaml =
        BACKBONE
            + "data: {path: images"
            + (role.equals("val") ? ", val: val" : "")
            + "}\ntrain: {epochs: 1, batch: 4, warmup-epochs: 0}";
    isToldOf(train(yaml), "has no split '" + role + "'", keys);
    Invocation followed = train(yaml, (Object[]) keys.split(" "));
    assertThat(followed.code()).as(followed.err()).isZero();
  }

  @Test
  void an_unnamed_data_folder() {
    isToldOf(train(BACKBONE), "data.path", "expected the folder");
  }

  @Test
  void a_folder_with_one_class() {
    TinyRun.picture(folder.resolve("images/train/red/0.png"), Color.RED);
    TinyRun.picture(folder.resolve("images/test/red/0.png"), Color.RED);
    isToldOf(train(BACKBONE + "data: {path: images}"), "has only one class, 'red'", "at least two");
  }

  @Test
  void an_empty_class() throws IOException {
    TinyRun.data(folder.resolve("images"));
    Files.createDirectories(folder.resolve("images/train/green"));
    isToldOf(train(BACKBONE + "data: {path: images}"), "no images for 1 of the 3 classes", "green");
  }

  @Test
  void a_run_folder_that_is_not_empty() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    TinyRun.write(folder.resolve("run/notes.txt"), "mine");
    isToldOf(train(BACKBONE), "is not empty", "--resume");
    assertThat(folder.resolve("run/notes.txt")).hasContent("mine");
  }

  @Test
  void going_on_with_what_is_no_run() {
    isToldOf(Invocation.of("train", "--resume", folder), "is no run folder", "recipe.yaml");
  }

  @Test
  void recipe_and_resume_at_once() {
    isToldOf(train("seed: 1", "--resume", folder), "either a recipe or --resume");
  }

  @Test
  void a_stack_trace_comes_with_verbose_only() {
    Invocation wrong = Invocation.of("train", folder.resolve("missing.yaml"), "--verbose");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("no readable recipe", "\tat dev.adapterx.train.recipe.Recipe");
  }
}
