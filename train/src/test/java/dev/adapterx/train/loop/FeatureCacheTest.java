package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Batch;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Classification;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureCacheTest {
  @TempDir Path root;
  private Path images;

  @BeforeEach
  void paint() {
    images = Tiny.images(root.resolve("images"));
  }

  private Recipe probe(String... overrides) {
    List<String> all = new ArrayList<>(List.of("method=linear-probe", "data.val=val"));
    all.addAll(List.of(overrides));
    return Tiny.recipe(images, all.toArray(String[]::new));
  }

  private Path trained(String name, String... overrides) {
    Path run = root.resolve(name);
    TrainRun.start(probe(overrides), run, RunListener.NONE);
    return run;
  }

  private static void assertSame(Path run, Path other) {
    for (String file :
        List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
      assertThat(Tiny.bytes(run.resolve(file))).as(file).isEqualTo(Tiny.bytes(other.resolve(file)));
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train.drop-last=true", "train.drop-last=false"})
  void a_linear_probe_gives_the_same_bytes_with_and_without_kept_features(String option) {
    assertSame(trained("kept", option), trained("walked", option, "data.cache-megabytes=0"));
  }

  @Test
  void so_it_does_when_an_image_is_broken() throws IOException {
    Files.write(images.resolve("train/pear/3.png"), new byte[30]);
    assertSame(trained("kept"), trained("walked", "data.cache-megabytes=0"));
    assertThat(Tiny.text(root.resolve("kept/run.json"))).contains("skipped 1 of 21 training");
  }

  @Test
  void so_it_does_when_resumed() {
    Path run = root.resolve("killed");
    RunListener killer =
        new RunListener() {
          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            if (epoch == 3 && step == 2) {
              throw new IllegalStateException("killed");
            }
          }
        };
    assertThatThrownBy(() -> TrainRun.start(probe(), run, killer)).hasMessage("killed");
    TrainRun.resume(run, RunListener.NONE);
    assertSame(run, trained("straight"));
  }

  @Test
  void drop_path_does_not_shake_features_that_nothing_trains() {
    assertSame(trained("with", "train.drop-path=0.5"), trained("without", "train.drop-path=0"));
  }

  @Test
  void every_image_is_decoded_once_and_batches_are_the_loaders() {
    Recipe recipe = probe("train.drop-last=false");
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 3);
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        AdaptedModel model =
            AdaptedModel.attach(backbone, recipe.method(), Classification.of(task.classes()), 3);
        Workers workers = new Workers(2)) {
      Feed feed = new Feed(model, task.train(), workers, 1 << 20, new StopCheck(RunListener.NONE));
      List<List<int[]>> kept = new ArrayList<>();
      for (int epoch = 0; epoch < 3; epoch++) {
        kept.add(feed.epoch(epoch, FeatureCacheTest::indices));
      }
      assertThat(task.train().statistics().decoded()).isEqualTo(21);
      for (int epoch = 0; epoch < 3; epoch++) {
        try (Epoch walked = task.train().epoch(epoch)) {
          assertThat(kept.get(epoch)).usingRecursiveComparison().isEqualTo(indices(walked));
        }
      }
      assertThat(FeatureCache.suits(model, task.train(), 4L * 21 * 32)).isTrue();
      assertThat(FeatureCache.suits(model, task.train(), 4L * 21 * 32 - 1)).isFalse();
    }
  }

  private static List<int[]> indices(Iterable<Batch<?>> batches) {
    List<int[]> all = new ArrayList<>();
    batches.forEach(batch -> all.add(batch.indices()));
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.augment=flip", "data.mixup=0.5", "method=full"})
  void what_changes_by_epoch_is_not_kept(String option) {
    Recipe recipe = probe(option);
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 3);
        TrainingData<?> task =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 3);
        AdaptedModel model =
            AdaptedModel.attach(backbone, recipe.method(), Classification.of(task.classes()), 3)) {
      assertThat(FeatureCache.suits(model, task.train(), Long.MAX_VALUE)).isFalse();
    }
  }

  @Test
  void too_few_whole_images_for_a_batch_are_an_error() throws IOException {
    for (int i = 0; i < 2; i++) {
      Files.write(images.resolve("train/pear/" + i + ".png"), new byte[30]);
    }
    assertThatThrownBy(() -> trained("run", "train.batch=21"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no batch: 2 of 21 samples are broken");
  }
}
