package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code adapterx train} on data, on keys alone and on a recipe that leaves things out. */
class OneCommandTest {
  private static final String SMALL = "backbone.preset=vit_32x2x2_patch8_32";

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void paint() {
    pictures = folder.resolve("my-pictures");
    for (int i = 0; i < 10; i++) {
      TinyRun.picture(pictures.resolve("blue/" + i + ".png"), new Color(20 + 5 * i, 30, 220));
      TinyRun.picture(pictures.resolve("red/" + i + ".png"), new Color(220, 30, 20 + 5 * i));
    }
  }

  private Path run() {
    return folder.resolve("run");
  }

  @Test
  void a_bare_folder_is_trained_on_and_measured_and_can_be_repeated() throws IOException {
    Invocation made = Invocation.of("train", pictures, SMALL, "train.epochs=2", "--out", run());

    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .contains("20 images of 2 classes, of which 4 are held out and measured")
        .contains("on my-pictures (a held-out part of all)")
        .contains("repeat:  adapterx train " + run().resolve("recipe.yaml"));
    JsonNode measured = Invocation.of("evaluate", run(), "--json").json();
    assertThat(measured.path("images").asInt()).isEqualTo(4);
    assertThat(measured.path("warnings")).isEmpty();
    String summary = Files.readString(run().resolve("run.json")).replace(" ", "");
    assertThat(summary)
        .contains("\"val-accuracy-last\":" + measured.path("accuracy").asDouble() + ",");

    Path again = folder.resolve("again");
    Invocation repeated = Invocation.of("train", run().resolve("recipe.yaml"), "--out", again);
    assertThat(repeated.code()).as(repeated.err()).isZero();
    String adapter = "adapter/adapter_model.safetensors";
    assertThat(again.resolve(adapter)).hasSameBinaryContentAs(run().resolve(adapter));
  }

  @Test
  void evaluation_warns_of_what_was_trained_on() {
    Invocation.of("train", pictures, SMALL, "train.epochs=1", "--out", run());
    Invocation all = Invocation.of("evaluate", run(), "--split", "all");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.err()).contains("warning: 16 of these 20 images were trained on");
    Invocation held = Invocation.of("evaluate", run(), "--split", "val");
    assertThat(held.err()).doesNotContain("warning");
    assertThat(held.out()).contains(", a held-out part of all");
  }

  @Test
  void keys_alone_are_enough() {
    Invocation made =
        Invocation.of(
            "train",
            "data.path=" + pictures,
            SMALL,
            "train.epochs=1",
            "method=lora",
            "--out",
            run());
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("method: LoRA, epochs: 1", "repeat:");
  }

  @Test
  void a_recipe_gets_what_it_leaves_out_where_a_quality_is_asked_for() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            "backbone: {preset: vit_32x2x2_patch8_32}\n"
                + "data: {path: my-pictures}\n"
                + "train: {epochs: 1}\n");
    Invocation without = Invocation.of("train", recipe, "--out", run());
    assertThat(without.err()).contains("no split 'train'");
    assertThat(run()).doesNotExist();
    Invocation with = Invocation.of("train", recipe, "--quality", "fast", "--out", run());
    assertThat(with.code()).as(with.err()).isZero();
    assertThat(Files.readString(run().resolve("recipe.yaml")))
        .contains("lr: 0.01", "hold-out: 0.2");
  }

  @Test
  void the_best_of_several_methods_is_named_with_what_chose_it() {
    Invocation made =
        Invocation.of(
            "train", pictures, SMALL, "train.epochs=1", "--quality", "best", "--out", run());
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .contains("a run folder of its own: Adapter-X, LoRA, LayerNorm tuning, Full fine-tuning")
        .containsPattern(
            "tried: Adapter-X [\\d.]+ %, LoRA [\\d.]+ %, LayerNorm tuning [\\d.]+ %,"
                + " Full fine-tuning [\\d.]+ %, after the last epoch on a held-out part of all;"
                + " chosen: ")
        .contains("measured on the part that chose it");
    for (String method : List.of("adapter-x", "lora", "ln-tuning", "full")) {
      assertThat(run().resolve(method + "/run.json")).exists();
    }
  }

  /** As Ctrl-C leaves it: one try done, one within, two not begun. */
  @Test
  void tries_go_on_where_they_were_stopped() throws IOException {
    Object[] command = {
      "train", pictures, SMALL, "train.epochs=2", "--quality", "best", "--out", run()
    };
    Invocation whole = Invocation.of(command);
    assertThat(whole.code()).as(whole.err()).isZero();
    String adapter = "adapter/adapter_model.safetensors";
    byte[] done = Files.readAllBytes(run().resolve("adapter-x").resolve(adapter));
    byte[] repeated = Files.readAllBytes(run().resolve("full").resolve(adapter));
    FileTime kept =
        Files.getLastModifiedTime(run().resolve("adapter-x/checkpoint/last.safetensors"));
    for (String later : List.of("full", "ln-tuning")) {
      delete(run().resolve(later));
    }

    Invocation again = Invocation.of(command);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err())
        .contains("has tries of --quality best already", "train --resume " + run());
    Invocation changed = Invocation.of("train", "--resume", run(), "train.lr=1");
    assertThat(changed.err()).contains("go on as they began; leave out: train.lr=1");

    Invocation resumed = Invocation.of("train", "--resume", run());
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(last(resumed, "tried: ")).isEqualTo(last(whole, "tried: "));
    assertThat(Files.readAllBytes(run().resolve("adapter-x").resolve(adapter))).isEqualTo(done);
    assertThat(Files.getLastModifiedTime(run().resolve("adapter-x/checkpoint/last.safetensors")))
        .isEqualTo(kept);
    assertThat(Files.readAllBytes(run().resolve("full").resolve(adapter))).isEqualTo(repeated);
  }

  private static String last(Invocation said, String start) {
    return said.out().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void what_is_neither_data_nor_recipe_nor_key_is_named() {
    Invocation wrong = Invocation.of("train", folder.resolve("nowhere"));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("No such file or folder", "nowhere", "a recipe (.yaml)");
    Invocation key = Invocation.of("train", pictures, "train.epoch=3");
    assertThat(key.err())
        .startsWith("adapterx: command line: train: unknown key 'epoch'; did you mean 'epochs'?");
    Invocation keys = Invocation.of("train", "method=lora");
    assertThat(keys.code()).isEqualTo(2);
    assertThat(keys.err()).contains("adapterx train my-pictures");
  }
}
