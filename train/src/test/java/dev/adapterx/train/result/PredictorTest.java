package dev.adapterx.train.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictorTest {
  @TempDir static Path home;
  private static Path run;
  private static List<Path> files;

  @BeforeAll
  static void train() {
    Path images = Tiny.images(home.resolve("images"));
    run = home.resolve("run");
    Recipe recipe = Tiny.recipe(images, "train.epochs=1", "train.warmup-epochs=0");
    TrainRun.start(recipe, run, RunListener.NONE);
    files = List.of(images.resolve("test/plum/1.png"), images.resolve("test/pear/0.png"));
  }

  @Test
  void a_model_predicts_as_the_run_it_is_of_and_in_the_order_of_the_files() {
    try (TrainedRun trained = TrainedRun.open(run);
        AdaptedModel model = AdapterFile.read(run.resolve("adapter")).attach(trained.backbone())) {
      List<Predictor.Prediction> predictions = Predictor.of(model).predict(files);

      assertThat(predictions).isEqualTo(trained.predictor().predict(files));
      assertThat(predictions).extracting(Predictor.Prediction::file).isEqualTo(files);
      assertThat(predictions).allMatch(p -> p.top().size() == 1);
    }
  }

  /** Evaluation watches the routing, prediction does not. */
  @ParameterizedTest
  @EnumSource
  void predicting_gives_the_bits_that_evaluating_gave(AdapterX.Form form) {
    Path images = home.resolve("images");
    Path folder = home.resolve("run-" + form);
    Recipe recipe =
        Tiny.recipe(images, "train.epochs=2", "train.eval-batch=6", "method.form=" + form);
    RunResult result = TrainRun.start(recipe, folder, RunListener.NONE);
    List<Path> all = new ArrayList<>();
    for (String name : Tiny.CLASSES) {
      IntStream.range(0, 3)
          .forEach(i -> all.add(images.resolve("test/" + name + "/" + i + ".png")));
    }
    try (TrainedRun trained = TrainedRun.open(folder)) {
      List<Predictor.Guess> guesses =
          trained.predictor().predict(all).stream().map(p -> p.top().get(0)).toList();
      assertThat(guesses)
          .extracting(g -> (float) g.probability())
          .isEqualTo(result.last().predictions().stream().map(p -> p.probability()).toList());
    }
  }

  @Test
  void a_picture_in_memory_is_seen_as_its_file_is() {
    try (TrainedRun trained = TrainedRun.open(run)) {
      Predictor predictor = trained.predictor();
      for (Path file : files) {
        RgbImage picture = ImageDecoder.decode(file, false);
        List<Predictor.Guess> guesses = predictor.predict(picture, 2);
        assertThat(guesses).isEqualTo(top(predictor, file, 2)).hasSize(2);
      }
      assertThatThrownBy(() -> predictor.predict(new PointCloud(new float[30]), 1))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("takes images")
          .hasMessageContaining("found a PointCloud");
      assertThatThrownBy(() -> predictor.predict(ImageDecoder.decode(files.get(0), false), 0))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("at least 1 guess");
    }
  }

  @Test
  void a_cloud_in_memory_is_seen_as_its_file_is() throws IOException {
    Rng rng = Rng.of(3, "cloud");
    float[] xyz = new float[3 * 1500];
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (float) rng.nextGaussian();
      text.append(xyz[i]).append(i % 3 == 2 ? '\n' : ' ');
    }
    Path file = Files.writeString(home.resolve("cloud.xyz"), text);
    try (Backbone backbone = Backbones.embedded("embedded-points", Backbones.Options.defaults());
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, new LinearProbe(), Classification.of(List.of("a", "b", "c")), 1)) {
      Predictor predictor = Predictor.of(model);
      assertThat(predictor.predict(new PointCloud(xyz), 3)).isEqualTo(top(predictor, file, 3));
      assertThatThrownBy(() -> predictor.predict(new PointCloud(new float[30]), 1))
          .isInstanceOf(DataException.class)
          .hasMessageMatching("a sample in memory: expected at least \\d+ points, found 10");
    }
  }

  private static List<Predictor.Guess> top(Predictor predictor, Path file, int top) {
    List<Predictor.Prediction> seen = new ArrayList<>();
    predictor.predict(List.of(file), top, seen::add, broken -> {});
    return seen.get(0).top();
  }

  @Test
  void a_file_that_cannot_be_read_is_named() {
    Path missing = home.resolve("missing.png");
    try (TrainedRun trained = TrainedRun.open(run)) {
      assertThatThrownBy(
              () -> trained.predictor().predict(List.of(files.get(0), missing, files.get(1))))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(missing.toString());
      assertThatThrownBy(() -> trained.predictor().predict(List.of(missing)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(missing.toString());
    }
  }
}
