package dev.adapterx.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

      assertThat(predictions).isEqualTo(Predictor.of(trained).predict(files));
      assertThat(predictions).extracting(Predictor.Prediction::file).isEqualTo(files);
      assertThat(predictions).allMatch(p -> p.top().size() == 1);
    }
  }

  @Test
  void a_file_that_cannot_be_read_is_named() {
    Path missing = home.resolve("missing.png");
    try (TrainedRun trained = TrainedRun.open(run)) {
      assertThatThrownBy(
              () -> Predictor.of(trained).predict(List.of(files.get(0), missing, files.get(1))))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(missing.toString());
      assertThatThrownBy(() -> Predictor.of(trained).predict(List.of(missing)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(missing.toString());
    }
  }
}
