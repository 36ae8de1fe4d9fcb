package dev.adapterx.tasks.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.task.Score;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.preset.FittingRecipe;
import dev.adapterx.train.preset.Quality;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.Together;
import dev.adapterx.train.run.TrainRun;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A segmentation from a folder of pictures and masks to report, measure and resume. */
class SegmentationRunTest {
  private static final int[] COLOURS = {0x303030, 0xE04040, 0x40C0E0};
  private static final String[] KEYS = {
    "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.1}",
    "head={kind: pixels, taps: [0, 1], upscale: 1, width: 8, class-weights: frequency, dice: 0.2}",
    "data.augment=dense",
    "data.val=val",
    "train.lr=0.02",
    "train.clip-norm=1",
    "train.ema=0.5"
  };

  @TempDir static Path data;
  @TempDir static Path straight;
  @TempDir Path folder;

  private static final class Kill extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void data_without_a_class_and_blocks_that_are_not_there_are_refused() {
    String[] none = KEYS.clone();
    none[1] = "data.masks.ignore=[0, 1, 2]";
    assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(data, none), folder, RunListener.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "none of the images of data.train=train",
            "has a pixel of a class; no class have the values 0, 1, 2",
            "Nothing can be learned of them");
    String[] taps = KEYS.clone();
    taps[1] = "head={kind: pixels, taps: [99]}";
    assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(data, taps), folder, RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("head.taps: expected block numbers from 0 to 1, found [99]");
    assertThat(folder.resolve("adapter")).doesNotExist();
  }

  /** Grey ground with a red and a blue rectangle, noise over all; pictures of several sizes. */
  static void pictures(Path root, int count, long seed) {
    for (int i = 0; i < count; i++) {
      Rng rng = Rng.of(seed, "pictures").at(i);
      int width = 40 + rng.nextInt(30);
      int height = 36 + rng.nextInt(12);
      short[] classes = new short[width * height];
      for (int c = 1; c < 3; c++) {
        int left = rng.nextInt(width / 2);
        int top = rng.nextInt(height / 2);
        for (int y = top; y < top + height / 3; y++) {
          for (int x = left; x < left + width / 3; x++) {
            classes[y * width + x] = (short) c;
          }
        }
      }
      byte[] pixels = new byte[3 * classes.length];
      for (int p = 0; p < pixels.length; p++) {
        int value = (COLOURS[classes[p / 3]] >> (16 - 8 * (p % 3))) & 0xFF;
        pixels[p] = (byte) Math.max(0, Math.min(255, value + rng.nextInt(31) - 15));
      }
      PngFile.write(root.resolve("images/" + i + ".png"), new RgbImage(width, height, pixels));
      new MaskPainter(COLOURS)
          .writeIndices(root.resolve("masks/" + i + ".png"), new ClassMask(width, height, classes));
    }
  }

  @BeforeAll
  static void train_without_a_break() throws IOException {
    for (String split : List.of("train", "val", "test")) {
      Files.createDirectories(data.resolve(split + "/images"));
      Files.createDirectories(data.resolve(split + "/masks"));
      pictures(data.resolve(split), split.equals("train") ? 14 : 4, split.length());
    }
    Files.writeString(data.resolve("classes.txt"), "ground\nred\nblue\n");
    TrainRun.start(recipe(), straight, RunListener.NONE);
  }

  private static Recipe recipe(String... more) {
    String[] all = new String[KEYS.length + more.length];
    System.arraycopy(KEYS, 0, all, 0, KEYS.length);
    System.arraycopy(more, 0, all, KEYS.length, more.length);
    return Tiny.recipe(data, all);
  }

  private static void assertSameRun(Path run, Path other) {
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter/adapter_config.json",
            "adapter-best/adapter_model.safetensors",
            "checkpoint/last.safetensors")) {
      assertThat(Tiny.bytes(run.resolve(file))).as(file).isEqualTo(Tiny.bytes(other.resolve(file)));
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(other));
  }

  @Test
  void a_run_killed_within_an_epoch_goes_on_to_the_same_bytes() {
    RunListener killer =
        new RunListener() {
          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            if (epoch == 3 && step == 1) {
              throw new Kill();
            }
          }
        };
    Recipe recipe = recipe();
    assertThatThrownBy(() -> TrainRun.start(recipe, folder, killer)).isInstanceOf(Kill.class);
    TrainRun.resume(folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  /** Each rank reads its share of the masks alone, and the loss's denominator is the batch's. */
  @Test
  void two_ranks_agree_with_one() {
    Recipe recipe = recipe("train.batch=5", "train.micro-batch=1", "train.epochs=3");
    Path one = folder.resolve("one");
    TrainRun.start(recipe, one, RunListener.NONE);
    Path two = folder.resolve("two");
    assertThat(Together.train(2, recipe, two))
        .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
    WeightFile found = WeightFile.read(two.resolve("checkpoint/last.safetensors"));
    WeightFile.read(one.resolve("checkpoint/last.safetensors"))
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(found.tensor(name).floats())
                    .as(name)
                    .containsExactly(tensor.floats(), Offset.offset(2e-5f)));
  }

  @Test
  void threads_and_cache_change_nothing() {
    TrainRun.start(recipe("data.threads=1", "data.cache-megabytes=0"), folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  /** What a run says of itself, evaluate says to the bit. */
  @Test
  void it_is_measured_by_mean_iou_and_measured_again_the_same() {
    JsonNode run = Settings.json().readTree(Tiny.text(straight.resolve("run.json")));
    assertThat(run.path("score").asString()).isEqualTo("mIoU");
    double last = run.path("test-mIoU-last").asDouble();
    assertThat(last).isGreaterThan(40); // ground alone is 26
    assertThat(run.path("result").asString())
        .contains("(test), 1 seed (3): mIoU ")
        .contains("augmentation dense");
    try (TrainedRun trained = TrainedRun.open(straight)) {
      PixelMeasurement measured = (PixelMeasurement) trained.measured(null, null, false);
      assertThat(measured.scores().primary()).isEqualTo(new Score("mIoU", last, true));
      assertThat(measured.perClass()).hasSize(3);
      assertThat(measured.perClass().get(1).name()).isEqualTo("red");
      assertThat(measured.scores().pictures()).hasSize(4);
      Map<String, Object> json = measured.json();
      assertThat(json.keySet()).contains("mIoU", "pixel-accuracy", "confusion", "pictures");
      assertThat(measured.facts().names().get(0)).isEqualTo("test/images/0.png");
      assertThatThrownBy(() -> trained.measure(null, null, false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("the model's task is segmentation");
    }
  }

  @Test
  void its_report_shows_pictures_and_classes() {
    String report = Tiny.text(straight.resolve("report.html"));
    assertThat(report)
        .contains("Photo, truth, prediction", "IoU by class", "What pixels were taken for")
        .contains("Experts over the picture", "data-experts")
        .contains("worst: test/images/", "best: test/images/")
        .contains("train-pixel-accuracy", "val-mIoU");
    String card = Tiny.text(straight.resolve("adapter/README.md"));
    assertThat(card).contains("image-segmentation", "mean_iou", "| red |", "**mIoU ");
    assertThat(Tiny.text(straight.resolve("recipe.yaml")))
        .contains("task: segmentation")
        .contains("kind: pixels");
  }

  @Test
  void the_task_follows_from_the_data_and_wins_where_it_is_named() {
    Recipe plain = Tiny.recipe(data);
    assertThat(plain.task().name()).isNull();
    assertThat(dev.adapterx.train.input.TaskOfData.named(plain).task().name())
        .isEqualTo(Segmentation.NAME);
    Recipe named = Tiny.recipe(data, "task=classification");
    assertThat(dev.adapterx.train.input.TaskOfData.named(named).task().name())
        .isEqualTo(TaskRecipe.CLASSIFICATION);
    FittingRecipe fitting =
        FittingRecipe.of(
            Recipe.keys("", List.of("data.path=" + data), "test"), Quality.FAST, "test");
    assertThat(fitting.recipe().task().name()).isEqualTo(Segmentation.NAME);
    assertThat(fitting.recipe().data().augment()).isEqualTo("dense");
    assertThat(fitting.recipe().backbone().inputSize()).isEqualTo(128);
    assertThat(fitting.notes())
        .anyMatch(note -> note.contains("14 images of 3 classes in 'train'"))
        .anyMatch(note -> note.contains("task: segmentation"));
  }

  @Test
  void keys_that_do_not_fit_are_named() {
    assertThatThrownBy(() -> Tiny.recipe(data, "task=segmentatoin"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("task: unknown task 'segmentatoin'")
        .hasMessageContaining("did you mean 'segmentation'?");
    assertThatThrownBy(() -> Tiny.recipe(data, "task=segmentation", "head=mlp"))
        .hasMessageContaining("is no head of a segmentation");
    assertThatThrownBy(() -> Tiny.recipe(data, "head={kind: pixels, upscal: 1}"))
        .hasMessageContaining("head: unknown key 'upscal'");
    assertThatThrownBy(() -> Tiny.recipe(data, "head.kind=pixels", "head.upscale=3"))
        .hasMessageContaining("head.upscale: expected 0, 1 or 2, found 3");
    assertThatThrownBy(() -> TrainRun.start(recipe("data.mixup=0.5"), folder, RunListener.NONE))
        .hasMessageContaining("leave them at 0 for a segmentation");
    assertThatThrownBy(
            () -> TrainRun.start(recipe("data.augment=standard"), folder, RunListener.NONE))
        .hasMessageContaining("standard is none of the augmentations of pictures with masks");
    assertThatThrownBy(
            () -> TrainRun.start(recipe("data.masks.classes=[a, b]"), folder, RunListener.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is none of the 2 classes");
  }

  @Test
  void what_is_said_of_masks_goes_into_the_task() {
    try (TrainedRun trained = TrainedRun.open(straight)) {
      Segmentation task = (Segmentation) trained.model().task();
      assertThat(task.labels()).containsExactly("ground", "red", "blue");
      assertThat(task.weights()).hasSize(3);
      assertThat(task.weights().get(0)).isEqualTo(1.0);
      assertThat(task.weights().get(1)).isGreaterThan(1.0);
      assertThat(task.dice()).isEqualTo(0.2);
      assertThat(task.window()).isEqualTo(32);
      assertThat(PixelScores.MEAN_IOU).isEqualTo("mIoU");
    }
  }
}
