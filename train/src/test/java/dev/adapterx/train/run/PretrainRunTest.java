package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainRunTest {
  private static final List<String> TINY =
      List.of(
          "seed=3",
          "backbone.preset=point_32x2x2_c8_g8k6_64",
          "pretrain.decoder-depth=1",
          "data.path=shapes:8x5",
          "train.epochs=3",
          "train.batch=16",
          "train.micro-batch=8",
          "train.warmup-epochs=1");

  @TempDir static Path straight;
  @TempDir Path folder;

  private static PretrainRecipe recipe(String... more) {
    List<String> keys = new ArrayList<>(TINY);
    keys.addAll(Arrays.asList(more));
    return PretrainRecipe.read("", keys, "test");
  }

  @BeforeAll
  static void pretrain_without_a_break() {
    PretrainRun.start(recipe(), straight, RunListener.NONE);
  }

  @Test
  void leaves_a_backbone_that_loads_with_its_input_and_without_the_decoder() {
    Path file = straight.resolve("backbone.safetensors");
    try (Backbone loaded = Backbones.load(file, Backbones.Options.defaults())) {
      assertThat(loaded.preprocessing())
          .isEqualTo(new PointPreprocessing(64, 8, 6, Normalisation.UNIT_SPHERE));
      assertThat(loaded.blocks()).hasSize(2);
      assertThat(loaded.tensors().names()).noneMatch(n -> n.contains("decoder"));
    }
    assertThat(WeightFile.read(file).tensors())
        .doesNotContainKeys("cls_token", "mask_token", "increase_dim.0.weight")
        .containsKey("encoder.first_conv.1.running_mean");
  }

  @Test
  void moves_weights_and_running_statistics() {
    try (Backbone start = TrainRun.backbone(recipe().backbone(), 3)) {
      Map<String, StoredTensor> learnt =
          WeightFile.read(straight.resolve("backbone.safetensors")).tensors();
      for (String name :
          List.of(
              "encoder.first_conv.0.weight",
              "encoder.second_conv.1.running_var",
              "blocks.blocks.1.mlp.fc2.weight",
              "norm.weight")) {
        assertThat(learnt.get(name).floats())
            .as(name)
            .isNotEqualTo(dev.adapterx.tensor.Tensors.floats(start.tensors().get(name)));
      }
    }
  }

  @Test
  void killed_and_resumed_it_leaves_the_same_bytes() {
    RunListener killer =
        new RunListener() {
          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            if (epoch == 3) {
              throw new IllegalStateException("power cut");
            }
          }
        };
    assertThatThrownBy(() -> PretrainRun.start(recipe(), folder, killer)).hasMessage("power cut");
    PretrainRun.resume(folder, RunListener.NONE);
    for (String file : List.of("backbone.safetensors", "checkpoint/last.safetensors")) {
      assertThat(folder.resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
    }
  }

  @Test
  void what_it_leaves_is_trained_on_like_any_backbone() {
    Recipe recipe =
        Recipe.read(
            "",
            List.of(
                "backbone.path=" + straight.resolve("backbone.safetensors"),
                "method=linear-probe",
                "data.path=shapes:4x10",
                "train.epochs=2",
                "train.batch=8",
                "train.warmup-epochs=0"),
            "test");
    RunResult result = TrainRun.start(recipe, folder, RunListener.NONE);
    assertThat(result.last().confusion().total()).isEqualTo(4);
    assertThat(folder.resolve("report.html")).content().contains("clouds");
  }

  @Test
  void labels_are_not_looked_at() throws IOException {
    Path scans = folder.resolve("scans/site/monday");
    Files.createDirectories(scans);
    for (int i = 0; i < 16; i++) {
      cloud(scans.resolve("scan" + i + ".xyz"), 70, i);
    }
    PretrainRun.Result result =
        PretrainRun.start(
            recipe("data.path=" + folder.resolve("scans"), "train.epochs=2"),
            folder.resolve("run"),
            RunListener.NONE);
    assertThat(result.loss()).isPositive();
    assertThat(result.backbone()).exists();
  }

  private static void cloud(Path file, int points, int seed) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < points; i++) {
      double angle = 0.37 * i + seed;
      text.append(Math.cos(angle)).append(' ').append(Math.sin(angle)).append(' ');
      text.append(i % 7).append('\n');
    }
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_broken_cloud_is_counted_and_named() throws IOException {
    Path scans = folder.resolve("scans");
    Files.createDirectories(scans);
    for (int i = 0; i < 20; i++) {
      cloud(scans.resolve("scan" + i + ".xyz"), i == 4 ? 10 : 70, i);
    }
    PretrainRun.start(
        recipe("data.path=" + scans, "train.epochs=2"), folder.resolve("run"), RunListener.NONE);
    assertThat(folder.resolve("run/run.json")).content().contains("scan4.xyz");
  }

  @Test
  void more_broken_clouds_than_usual_are_allowed_when_asked_for() throws IOException {
    Path scans = folder.resolve("many");
    Files.createDirectories(scans);
    for (int i = 0; i < 24; i++) {
      cloud(scans.resolve("scan" + i + ".xyz"), i < 8 ? 10 : 70, i);
    }
    String data = "data.path=" + scans;
    assertThatThrownBy(() -> start(data)).hasMessageContaining("more than the 25 % allowed");
    PretrainRun.start(
        recipe(data, "data.allow-broken=true", "train.epochs=2"),
        folder.resolve("run"),
        RunListener.NONE);
    assertThat(folder.resolve("run/backbone.safetensors")).exists();
  }

  @Test
  void an_averaged_training_leaves_the_average() {
    PretrainRun.start(recipe("train.ema=0.9"), folder, RunListener.NONE);
    assertThat(folder.resolve("checkpoint/last.safetensors")).exists();
    float[] last =
        WeightFile.read(straight.resolve("backbone.safetensors")).tensor("norm.weight").floats();
    float[] averaged =
        WeightFile.read(folder.resolve("backbone.safetensors")).tensor("norm.weight").floats();
    assertThat(averaged).isNotEqualTo(last);
  }

  @Test
  void errors_say_what_is_wrong() {
    assertThatThrownBy(() -> start("backbone.preset=vit_32x1x1_patch8_32"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "masked pre-training is for point transformers, found one for images");
    assertThatThrownBy(() -> recipe("pretrain.mask=1.2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("mask: expected a share between 0 and 1, found 1.2");
    assertThatThrownBy(() -> start("pretrain.mask=0.05"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("0.05 of 8 groups hides 0; expected at least one hidden");
    assertThatThrownBy(() -> recipe("data.hold-out=0.2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("looks at no labels and measures nothing held out");
    assertThatThrownBy(() -> recipe("method=full"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown key 'method'");
    assertThatThrownBy(() -> start("data.path=" + folder.resolve("nowhere")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("No such file or folder");
    assertThatThrownBy(() -> start("data.path=" + folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no clouds: expected .h5 files");
  }

  private void start(String... more) {
    Path run = folder.resolveSibling("run-" + Math.abs(more[0].hashCode()));
    PretrainRun.start(recipe(more), run, RunListener.NONE);
  }
}
