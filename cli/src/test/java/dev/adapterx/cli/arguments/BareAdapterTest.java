package dev.adapterx.cli.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.cli.Invocation;
import dev.adapterx.cli.TinyRun;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder adapter of a run, on its own. */
class BareAdapterTest {
  @TempDir static Path home;

  private static Path run;
  private static Path adapter;
  private static Path photo;

  @BeforeAll
  static void train() throws IOException {
    TinyRun.data(home.resolve("images"));
    Path recipe =
        TinyRun.write(
            home.resolve("recipe.yaml"),
            """
            backbone: {path: embedded, input-size: 32, normalisation: imagenet, crop-pct: 0.9}
            method: bitfit
            data: {path: images}
            train: {epochs: 2, batch: 4, warmup-epochs: 0, lr: 0.01}
            """);
    run = home.resolve("run");
    Invocation training = Invocation.of("train", recipe, "--out", run);
    assertThat(training.code()).as(training.err()).isZero();
    adapter = Files.createDirectory(home.resolve("elsewhere"));
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors", "README.md")) {
      Files.copy(run.resolve("adapter").resolve(file), adapter.resolve(file));
    }
    photo = TinyRun.picture(home.resolve("photo.png"), Color.MAGENTA);
  }

  @Test
  void it_predicts_as_its_run_does_by_what_its_card_says() throws IOException {
    String card = Files.readString(adapter.resolve("README.md"));
    Matcher command = Pattern.compile("(?m)^adapterx (predict .*)$").matcher(card);
    assertThat(command.find()).isTrue();
    Object[] words =
        command
            .group(1)
            .replace("path/to/this/folder", adapter.toString())
            .replace("photo.jpg", photo.toString())
            .split(" ");

    Invocation alone = Invocation.of(words);

    assertThat(alone.code()).as(alone.err()).isZero();
    assertThat(alone.out()).isEqualTo(Invocation.of("predict", run, photo).out());
  }

  @Test
  void without_its_backbone_it_says_what_to_name() {
    Invocation moved = Invocation.of("predict", adapter, photo);
    assertThat(moved.code()).isEqualTo(2);
    assertThat(moved.err())
        .contains("is an adapter without its backbone, 'vit_128x6x4_patch8_64'")
        .contains("--backbone WEIGHTS")
        .doesNotContain("the run it lies in");

    assertThat(Invocation.of("predict", run.resolve("adapter"), photo).err())
        .contains("or the run it lies in, " + run.toAbsolutePath());
  }

  @Test
  void what_an_adapter_knows_cannot_be_said_otherwise() {
    assertThat(
            Invocation.of(
                    "predict", "--backbone", "embedded", "--normalisation", "half", adapter, photo)
                .err())
        .contains("an adapter knows its own");
    assertThat(Invocation.of("predict", "--backbone", "embedded", adapter).err())
        .contains("Expected an adapter and at least one file");
    assertThat(Invocation.of("predict", run, "--no-exif-orientation", photo).err())
        .contains("--no-exif-orientation belongs to --backbone");
  }

  @Test
  void files_that_cannot_be_read_are_named_and_counted_by_ending() throws IOException {
    Path heic =
        Files.writeString(home.resolve("IMG_1.HEIC"), "\0\0\0\u0018ftypheic\0\0\0\0mif1heic");
    Path empty = Files.createFile(home.resolve("empty.png"));

    Invocation some =
        Invocation.of("predict", "--backbone", "embedded", adapter, heic, photo, empty);

    assertThat(some.code()).isEqualTo(2);
    assertThat(some.out()).contains(photo.toString());
    assertThat(some.err())
        .contains(heic.toString(), empty.toString())
        .contains("2 of 3 files could not be read (1 .heic, 1 .png); they are named above");
  }
}
