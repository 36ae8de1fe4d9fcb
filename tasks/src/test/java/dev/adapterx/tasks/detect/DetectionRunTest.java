package dev.adapterx.tasks.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.task.Score;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.DataVerdict;
import dev.adapterx.train.input.PredictionWriter;
import dev.adapterx.train.input.TaskOfData;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.preset.FittingRecipe;
import dev.adapterx.train.preset.Quality;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A detection from a folder of pictures and boxes to report, measure, predictions and resume. */
class DetectionRunTest {
  private static final int[] COLOURS = {0xE04040, 0x40C0E0};
  private static final String[] KEYS = {
    "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.1}",
    "head={kind: boxes, width: 32, convs: 1}",
    "data.augment=dense",
    "data.boxes={scale: [0.8, 1.3], photometric: true}",
    "data.val=val",
    "train.epochs=6",
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

  /** Dark ground with a red or a blue rectangle or both, noise over all, boxes as YOLO has them. */
  static void pictures(Path root, String split, int count) throws IOException {
    Files.createDirectories(root.resolve("images/" + split));
    Files.createDirectories(root.resolve("labels/" + split));
    for (int i = 0; i < count; i++) {
      Rng rng = Rng.of(split.length(), "pictures").at(i);
      int width = 44 + rng.nextInt(24);
      int height = 40 + rng.nextInt(12);
      int[] colours = new int[width * height];
      java.util.Arrays.fill(colours, 0x303030);
      List<String> rows = new ArrayList<>();
      for (int c = 0; c < 2; c++) {
        int side = height / 3;
        int left = c * width / 2 + rng.nextInt(width / 2 - side);
        int top = rng.nextInt(height - side);
        if (rng.nextInt(3) == 0 && rows.isEmpty() == (c == 0)) {
          continue;
        }
        for (int y = top; y < top + side; y++) {
          for (int x = left; x < left + side; x++) {
            colours[y * width + x] = COLOURS[c];
          }
        }
        rows.add(
            String.format(
                Locale.ROOT,
                "%d %.6f %.6f %.6f %.6f",
                c,
                (left + side / 2.0) / width,
                (top + side / 2.0) / height,
                (double) side / width,
                (double) side / height));
      }
      byte[] pixels = new byte[3 * colours.length];
      for (int p = 0; p < pixels.length; p++) {
        int value = (colours[p / 3] >> (16 - 8 * (p % 3))) & 0xFF;
        pixels[p] = (byte) Math.max(0, Math.min(255, value + rng.nextInt(31) - 15));
      }
      String name = split + "/" + i;
      PngFile.write(root.resolve("images/" + name + ".png"), new RgbImage(width, height, pixels));
      Files.writeString(root.resolve("labels/" + name + ".txt"), String.join("\n", rows));
    }
  }

  @BeforeAll
  static void train_without_a_break() throws IOException {
    pictures(data, "train", 26);
    pictures(data, "val", 4);
    pictures(data, "test", 6);
    Files.writeString(
        data.resolve("data.yaml"),
        "train: images/train\nval: images/val\ntest: images/test\nnames: [red, blue]\n");
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

  @Test
  void threads_and_cache_change_nothing() {
    TrainRun.start(recipe("data.threads=1", "data.cache-megabytes=0"), folder, RunListener.NONE);
    assertSameRun(folder, straight);
  }

  /** What a run says of itself, evaluate says to the bit. */
  @Test
  void it_is_measured_by_average_precision_and_measured_again_the_same() {
    JsonNode run = Settings.json().readTree(Tiny.text(straight.resolve("run.json")));
    assertThat(run.path("score").asString()).isEqualTo("AP");
    double last = run.path("test-AP-last").asDouble();
    assertThat(last).isGreaterThan(5);
    assertThat(run.path("result").asString())
        .contains("(test), 1 seed (3): AP ")
        .contains("augmentation dense");
    try (TrainedRun trained = TrainedRun.open(straight)) {
      BoxMeasurement measured = (BoxMeasurement) trained.measured(null, null, false);
      assertThat(measured.scores().primary()).isEqualTo(new Score("AP", last, true));
      assertThat(measured.perClass()).hasSize(2);
      assertThat(measured.perClass().get(1).name()).isEqualTo("blue");
      assertThat(measured.scores().pictures()).hasSize(6);
      Map<String, Object> json = measured.json();
      assertThat(json.keySet()).contains("AP", "AP50", "AP75", "classes", "pictures");
      assertThat(measured.text()).contains("AP50", "objects", "red", "score at least 0.3");
      BoxScores.Balance best = measured.scores().balance().orElseThrow();
      double[] f1 = measured.scores().coco().balance();
      assertThat(best.f1() / 100).isEqualTo(DoubleStream.of(f1).max().orElseThrow());
      assertThat(f1[(int) Math.round(100 * best.score())]).isEqualTo(best.f1() / 100);
      assertThat(measured.text()).contains("highest F1");
      assertThat(measured.facts().names().get(0)).isEqualTo("images/test/0.png");
      assertThatThrownBy(() -> trained.measure(null, null, false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("the model's task is detection");
    }
  }

  @Test
  void its_report_shows_pictures_classes_and_curves() {
    String report = Tiny.text(straight.resolve("report.html"));
    assertThat(report)
        .contains("Photo, truth, prediction", "Average precision by class and size")
        .contains("Precision by recall", "recall, %", "F1 by score", "least score, %")
        .contains("Experts over the picture", "data-experts")
        .contains("worst: images/test/", "best: images/test/", "quality ")
        .contains("train-class-accuracy", "val-AP");
    String card = Tiny.text(straight.resolve("adapter/README.md"));
    assertThat(card).contains("object-detection", "map", "| red |", "**AP ");
    assertThat(Tiny.text(straight.resolve("recipe.yaml")))
        .contains("task: detection")
        .contains("kind: boxes")
        .contains("photometric: true");
  }

  @Test
  void predictions_are_files_of_several_tools() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.add(data.resolve("images/test/" + i + ".png"));
    }
    Path broken = folder.resolve("broken.png");
    Files.writeString(broken, "no picture");
    files.add(1, broken);
    Path again = Files.createDirectories(folder.resolve("other")).resolve("0.png");
    Files.copy(files.get(0), again);
    files.add(again);
    Path out = folder.resolve("found");
    List<PredictionWriter.Found> found = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    try (TrainedRun trained = TrainedRun.open(straight)) {
      List<String> places =
          new DetectionTask()
              .writer(trained.model(), true)
              .write(files, out, found::add, b -> unread.add(b.where()));
      assertThat(places).hasSize(3);
    }
    assertThat(unread).containsExactly(broken.toString());
    assertThat(found).hasSize(4);
    assertThat(out.resolve("overlays/0-2.png")).exists();
    assertThat(out.resolve("labels/2.txt")).exists();
    RgbImage overlay = ImageDecoder.decode(out.resolve("overlays/0.png"), false);
    RgbImage photo = ImageDecoder.decode(files.get(0), false);
    assertThat(overlay.width()).isEqualTo(photo.width());
    JsonNode results = Settings.json().readTree(Tiny.text(out.resolve("predictions.json")));
    assertThat(results.size()).isGreaterThan(0);
    for (JsonNode result : results) {
      assertThat(result.path("category_id").asInt()).isBetween(1, 2);
      assertThat(result.path("image_id").asInt()).isBetween(1, 4);
      assertThat(result.path("bbox").size()).isEqualTo(4);
      assertThat(result.path("score").asDouble()).isBetween(0.05, 1.0);
    }
    assertThat(results.get(0).path("image_id").asInt()).isEqualTo(1);
    String table = Tiny.text(out.resolve("detections.csv"));
    assertThat(table).startsWith("x_min,y_min,x_max,y_max,class_id,class_name,confidence,file\n");
    long rows = table.lines().count() - 1;
    int boxes =
        found.stream()
            .mapToInt(f -> ((List<?>) f.json().getOrDefault("boxes", List.of())).size())
            .sum();
    assertThat(rows).isEqualTo(boxes);
    long lines = 0;
    for (String name : List.of("0", "1", "2", "0-2")) {
      lines += Tiny.text(out.resolve("labels/" + name + ".txt")).lines().count();
    }
    assertThat(lines).isEqualTo(boxes);
    assertThat(Tiny.text(out.resolve("classes.csv")))
        .startsWith("index,name,red,green,blue\n0,red,");
  }

  @Test
  void what_is_shown_begins_at_the_score_that_is_asked_for() {
    try (TrainedRun trained = TrainedRun.open(straight)) {
      PredictionWriter usual = new DetectionTask().writer(trained.model(), true);
      assertThat(boxes(usual.from(0), "all")).isGreaterThan(boxes(usual, "usual"));
      assertThat(boxes(usual.from(1), "none")).isZero();
      assertThat(Tiny.text(folder.resolve("all/predictions.json")))
          .isEqualTo(Tiny.text(folder.resolve("none/predictions.json")));
      assertThatThrownBy(() -> usual.from(30))
          .hasMessage("--min-score: expected a score from 0 to 1, found 30.0");
    }
  }

  private int boxes(PredictionWriter writer, String name) {
    List<PredictionWriter.Found> found = new ArrayList<>();
    List<Path> files =
        List.of(data.resolve("images/test/0.png"), data.resolve("images/test/1.png"));
    writer.write(
        files,
        folder.resolve(name),
        found::add,
        broken -> {
          throw new AssertionError(broken.reason());
        });
    return found.stream().mapToInt(f -> ((List<?>) f.json().get("boxes")).size()).sum();
  }

  @Test
  void the_task_follows_from_the_data() {
    Recipe plain = Tiny.recipe(data);
    assertThat(plain.task().name()).isNull();
    assertThat(TaskOfData.named(plain).task().name()).isEqualTo(Detection.NAME);
    FittingRecipe fitting =
        FittingRecipe.of(
            Recipe.keys("", List.of("data.path=" + data), "test"), Quality.FAST, "test");
    assertThat(fitting.recipe().task().name()).isEqualTo(Detection.NAME);
    assertThat(fitting.recipe().data().augment()).isEqualTo("dense");
    assertThat(fitting.recipe().backbone().inputSize()).isEqualTo(160);
    assertThat(fitting.recipe().train().clipNorm()).isEqualTo(1);
    assertThat(fitting.notes())
        .anyMatch(note -> note.contains("26 images of 2 classes in 'train'"))
        .anyMatch(note -> note.contains("task: detection"));
    DetectionTask task = new DetectionTask();
    DataVerdict verdict = task.check(data, TaskRecipe.Own.of(task));
    assertThat(verdict.sound()).isTrue();
    assertThat(verdict.text()).contains("YOLO's text files (data.yaml)", "red", "No problems.");
  }

  @Test
  void keys_that_do_not_fit_are_named() {
    assertThatThrownBy(() -> Tiny.recipe(data, "task=detection", "head=mlp"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is no head of a detection");
    assertThatThrownBy(() -> Tiny.recipe(data, "head={kind: boxes, widht: 32}"))
        .hasMessageContaining("head: unknown key 'widht'")
        .hasMessageContaining("did you mean 'width'?");
    assertThatThrownBy(() -> Tiny.recipe(data, "head.kind=boxes", "head.width=33"))
        .hasMessageContaining("head.width: expected a multiple of 32");
    assertThatThrownBy(() -> Tiny.recipe(data, "data.boxes.tile=-1"))
        .hasMessageContaining("tile: expected the side of a tile");
    assertThatThrownBy(() -> TrainRun.start(recipe("data.mixup=0.5"), folder, RunListener.NONE))
        .hasMessageContaining("leave them at 0 for a detection");
    assertThatThrownBy(
            () -> TrainRun.start(recipe("train.label-smoothing=0.1"), folder, RunListener.NONE))
        .hasMessageContaining("train.label-smoothing is for classes");
    assertThatThrownBy(
            () -> TrainRun.start(recipe("data.augment=standard"), folder, RunListener.NONE))
        .hasMessageContaining("standard is none of the augmentations of pictures with boxes");
    assertThatThrownBy(
            () -> TrainRun.start(recipe("data.boxes.classes=[green]"), folder, RunListener.NONE))
        .hasMessageContaining("data.boxes.classes: 'green' is no class of");
  }

  @Test
  void what_is_said_of_boxes_goes_into_the_task() {
    TrainRun.start(
        recipe("data.boxes.tile=48", "data.boxes.classes=[blue]", "train.epochs=1"),
        folder,
        RunListener.NONE);
    try (TrainedRun trained = TrainedRun.open(folder)) {
      Detection task = (Detection) trained.model().task();
      assertThat(task.labels()).containsExactly("blue");
      assertThat(task.tile()).isEqualTo(48);
      assertThat(task.window()).isEqualTo(32);
      assertThat(task.cell()).isEqualTo(8);
      assertThat(task.form().convs()).isEqualTo(1);
      BoxMeasurement measured = (BoxMeasurement) trained.measured(null, null, false);
      assertThat(measured.scores().objects()).hasSize(1);
      assertThat(BoxScores.AP).isEqualTo("AP");
    }
  }
}
