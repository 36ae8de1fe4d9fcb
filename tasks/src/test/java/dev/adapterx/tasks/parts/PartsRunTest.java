package dev.adapterx.tasks.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.points.LabelledPly;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.LabelledCloud;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.scenes.parts.PartShapes;
import dev.adapterx.task.Score;
import dev.adapterx.tasks.show.ClassFigures;
import dev.adapterx.train.Tiny;
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
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Labels of points from a folder of clouds to report, measure, prediction and resume. */
class PartsRunTest {
  private static final String[] KEYS = {
    "backbone={preset: point_32x2x2_c8_g12k8_96, precision: fp32}",
    "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.1}",
    "head={kind: points, taps: [0, 1], width: 32, dropout: 0.1, class-weights: frequency}",
    "data.augment=scale-shift",
    "train.epochs=12",
    "train.lr=0.02",
    "train.clip-norm=10",
    "train.ema=0.5"
  };

  @TempDir static Path data;
  @TempDir static Path straight;
  @TempDir Path folder;

  private static final class Kill extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void train_without_a_break() {
    PartShapes.write(data, 5, 2, 150, 3);
    TrainRun.start(recipe(), straight, RunListener.NONE);
  }

  private static Recipe recipe(String... more) {
    List<String> all = new ArrayList<>(List.of(KEYS));
    all.addAll(List.of(more));
    return Tiny.recipe(data, all.toArray(String[]::new));
  }

  private static void assertSameRun(Path run, Path other) {
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter/adapter_config.json",
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
            if (epoch == 7 && step == 1) {
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
  void it_is_measured_shape_by_shape_and_measured_again_the_same() {
    JsonNode run = Settings.json().readTree(Tiny.text(straight.resolve("run.json")));
    assertThat(run.path("score").asString()).isEqualTo("instance-mIoU");
    double last = run.path("test-instance-mIoU-last").asDouble();
    assertThat(last).isGreaterThan(50); // one part for all points of a shape gives about 20
    assertThat(run.path("result").asString())
        .contains("(test), 1 seed (3): instance-mIoU ")
        .contains("augmentation scale-shift");
    try (TrainedRun trained = TrainedRun.open(straight)) {
      PartMeasurement measured = (PartMeasurement) trained.measured(null, null, false);
      assertThat(measured.scores().primary()).isEqualTo(new Score("instance-mIoU", last, true));
      assertThat(measured.perClass()).hasSize(10);
      assertThat(measured.perClass().get(6).name()).isEqualTo("mug body");
      assertThat(measured.perClass().stream().mapToLong(ClassFigures::count).sum())
          .isEqualTo(8 * 150);
      assertThat(measured.perCategory().keySet()).containsExactly("chair", "lamp", "mug", "table");
      assertThat(measured.scores().clouds()).hasSize(8);
      assertThat(measured.json().keySet())
          .contains("instance-mIoU", "class-mIoU", "point-accuracy", "mIoU", "categories");
      assertThat(measured.text()).contains("instance mIoU", "class mIoU", "mug handle");
      assertThat(measured.facts().names().get(0)).isEqualTo("test/chair/0.ply");
    }
  }

  @Test
  void its_report_shows_clouds_and_classes() {
    String report = Tiny.text(straight.resolve("report.html"));
    assertThat(report)
        .contains("Clouds: truth, prediction, errors", "IoU by class")
        .contains("What points were taken for", "Of the points")
        .contains("worst: test/", "best: test/", "data-experts=")
        .contains("train-point-accuracy");
    String card = Tiny.text(straight.resolve("adapter/README.md"));
    assertThat(card)
        .contains("point-cloud-segmentation", "instance_mean_iou", "| mug body |")
        .contains("**instance mIoU ");
    assertThat(Tiny.text(straight.resolve("recipe.yaml")))
        .contains("task: parts")
        .contains("kind: points");
  }

  @Test
  void the_task_follows_from_the_data_and_wins_where_it_is_named() {
    Recipe plain = Tiny.recipe(data);
    assertThat(TaskOfData.named(plain).task().name()).isEqualTo(PartSegmentation.NAME);
    Recipe named = Tiny.recipe(data, "task=classification");
    assertThat(TaskOfData.named(named).task().name()).isEqualTo(TaskRecipe.CLASSIFICATION);
    FittingRecipe fitting =
        FittingRecipe.of(
            Recipe.keys("", List.of("data.path=" + data), "test"), Quality.FAST, "test");
    assertThat(fitting.recipe().task().name()).isEqualTo(PartSegmentation.NAME);
    assertThat(fitting.recipe().data().augment()).isEqualTo("scale-shift");
    assertThat(fitting.recipe().backbone().path()).isEqualTo("embedded-points");
    assertThat(fitting.notes())
        .anyMatch(note -> note.contains("20 clouds of 10 classes in 'train'"))
        .anyMatch(note -> note.contains("task: parts"));
  }

  @Test
  void keys_that_do_not_fit_are_named() {
    assertThatThrownBy(() -> Tiny.recipe(data, "task=parts", "head={kind: pixels}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is no head of a parts")
        .hasMessageContaining("points or point-mae");
    assertThatThrownBy(() -> Tiny.recipe(data, "head={kind: points, widht: 1}"))
        .hasMessageContaining("head: unknown key 'widht'");
    assertThatThrownBy(() -> Tiny.recipe(data, "head.kind=points", "head.width=0"))
        .hasMessageContaining("head.width: expected a number of channels, found 0");
    assertThatThrownBy(() -> Tiny.recipe(data, "data.parts.votes=0"))
        .hasMessageContaining("data.parts.votes: expected at least 1, found 0");
    assertThatThrownBy(() -> TrainRun.start(recipe("data.mixup=0.5"), folder, RunListener.NONE))
        .hasMessageContaining("data.mixup and data.cutmix are for images");
    assertThatThrownBy(() -> TrainRun.start(recipe("data.augment=dense"), folder, RunListener.NONE))
        .hasMessageContaining("there is no augmentation 'dense' of point clouds; they have none,");
    assertThatThrownBy(
            () ->
                TrainRun.start(
                    recipe("backbone={preset: vit_32x2x2_patch8_32}"), folder, RunListener.NONE))
        .hasMessageContaining("takes pictures");
  }

  /** Point-MAE's head, without a class token, without categories, blocks computed twice. */
  @Test
  void the_other_head_trains_and_checkpointing_changes_no_metric() {
    String[] keys = {
      "head={kind: point-mae, dropout: 0}",
      "backbone.class-token=false",
      "method={name: lora, rank: 2}",
      "data.parts.category=none",
      "train.epochs=2"
    };
    TrainRun.start(recipe(keys), folder.resolve("one"), RunListener.NONE);
    PartSegmentation task =
        (PartSegmentation) AdapterFile.read(folder.resolve("one/adapter")).task();
    assertThat(task.given()).isFalse();
    assertThat(task.categories()).hasSize(4);
    String[] again = new String[keys.length + 1];
    System.arraycopy(keys, 0, again, 0, keys.length);
    again[keys.length] = "train.checkpointing=true";
    TrainRun.start(recipe(again), folder.resolve("two"), RunListener.NONE);
    assertThat(Tiny.metrics(folder.resolve("two")))
        .hasSameSizeAs(Tiny.metrics(folder.resolve("one")));
    JsonNode one = Settings.json().readTree(Tiny.text(folder.resolve("one/run.json")));
    JsonNode two = Settings.json().readTree(Tiny.text(folder.resolve("two/run.json")));
    assertThat(two.path("test-instance-mIoU-last").asDouble())
        .isEqualTo(one.path("test-instance-mIoU-last").asDouble());
  }

  @Test
  void every_point_of_a_file_is_written_with_its_label_and_boxes_on_request() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.ply"), "ply\nnothing\n");
    Path lone = Files.copy(data.resolve("test/mug/0.ply"), folder.resolve("lone.ply"));
    Path out = folder.resolve("out");
    List<String> texts = new ArrayList<>();
    List<BrokenSample> failed = new ArrayList<>();
    try (TrainedRun trained = TrainedRun.open(straight)) {
      PredictionWriter writer = new PartsTask().writer(trained.model(), false);
      writer
          .boxed(0.2)
          .write(
              List.of(data.resolve("test/chair/1.ply"), broken, lone),
              out,
              found -> texts.add(found.text()),
              failed::add);
      assertThat(texts).hasSize(1);
      assertThat(texts.get(0)).contains("chair/1.ply", "chair ", "objects: ");
      assertThat(failed).hasSize(2);
      assertThat(failed.get(1).reason())
          .contains("lone.ply", "give --category", "chair, lamp, mug, table");
      LabelledCloud read = CloudFile.labelled(out.resolve("1.ply"), (String) null);
      PointCloud chair =
          CloudFile.labelled(data.resolve("test/chair/1.ply"), (String) null).cloud();
      assertThat(read.cloud().xyz()).isEqualTo(chair.xyz());
      for (int label : read.labels()) {
        assertThat(label).isBetween(0, 2);
      }
      assertThat(Tiny.text(out.resolve("1.boxes.json"))).contains("\"low\"", "\"class\"");
      assertThat(Tiny.text(out.resolve("classes.csv"))).contains("7,mug handle,");
      writer.told("mug").write(List.of(lone), out, found -> texts.add(found.text()), failed::add);
      assertThat(texts.get(1)).contains("lone.ply  mug ");
      assertThatThrownBy(() -> writer.told("cup"))
          .hasMessageContaining("There is no category 'cup'");
      assertThatThrownBy(() -> writer.boxed(-1))
          .hasMessageContaining("expected a distance above 0");
    }
  }

  /** Floors with boxes on them, ten metres from the origin. */
  private static void rooms(Path root, int count, long seed) throws IOException {
    Files.createDirectories(root);
    for (int r = 0; r < count; r++) {
      Rng rng = Rng.of(seed, "rooms").at(r);
      float[] xyz = new float[3 * 600];
      short[] labels = new short[600];
      for (int i = 0; i < 600; i++) {
        boolean box = i % 3 == 0;
        labels[i] = (short) (i % 50 == 0 ? -1 : box ? 1 : 0);
        xyz[3 * i] = (float) (10 + (box ? 0.5 + i % 2 : 0) + rng.nextDouble() * (box ? 0.3 : 2));
        xyz[3 * i + 1] = (float) (10 + (box ? 0.5 : 0) + rng.nextDouble() * (box ? 0.3 : 2));
        xyz[3 * i + 2] = (float) (box ? 0.2 + 0.4 * rng.nextDouble() : 0.02 * rng.nextDouble());
      }
      LabelledPly.write(
          root.resolve(r + ".ply"), new PointCloud(xyz), labels, null, List.of("floor", "box"));
    }
  }

  @Test
  void scenes_are_seen_in_columns_and_measured_whole() throws Exception {
    Path scenes = folder.resolve("scenes");
    rooms(scenes.resolve("train"), 2, 1);
    rooms(scenes.resolve("test"), 1, 2);
    Files.writeString(scenes.resolve("classes.txt"), "floor\nbox\n");
    List<String> keys = new ArrayList<>(List.of(KEYS));
    keys.addAll(
        List.of(
            "backbone={preset: point_32x2x2_c8_g12k8_96, precision: fp32, normalisation: none}",
            "data.parts={block: 1, draws: 6, votes: 2}",
            "train.epochs=8"));
    Recipe recipe = Tiny.recipe(scenes, keys.toArray(String[]::new));
    TrainRun.start(recipe, folder.resolve("run"), RunListener.NONE);
    JsonNode run = Settings.json().readTree(Tiny.text(folder.resolve("run/run.json")));
    assertThat(run.path("score").asString()).isEqualTo("mIoU");
    assertThat(run.path("test-mIoU-last").asDouble()).isGreaterThan(70);
    try (TrainedRun trained = TrainedRun.open(folder.resolve("run"))) {
      PartMeasurement measured = (PartMeasurement) trained.measured(null, null, false);
      Map<String, Object> json = measured.json();
      assertThat(json).containsEntry("clouds", 1);
      assertThat(measured.perCategory()).isEmpty();
      assertThat(measured.perClass().stream().mapToLong(ClassFigures::count).sum())
          .isEqualTo(600 - 12);
      assertThat(measured.text()).contains("mIoU").doesNotContain("instance mIoU");
    }
  }
}
