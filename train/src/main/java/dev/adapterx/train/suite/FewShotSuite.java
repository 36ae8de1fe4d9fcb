package dev.adapterx.train.suite;

import dev.adapterx.data.images.FewShotLayout;
import dev.adapterx.data.images.FewShotTasks;
import java.util.ArrayList;
import java.util.List;

/**
 * Few-shot learning on five fine-grained data sets with NOAH's lists: a task is a draw of 1, 2, 4,
 * 8 or 16 images a class, a group the three draws of one size from one data set.
 */
final class FewShotSuite {
  private static final Profile NOAH =
      new Profile(
          "noah",
          "NOAH's adapters: ImageNet's mean and deviation, RandAugment, mixup and CutMix. There"
              + " images are squashed to 256 x 256 before the centre crop, here their shorter"
              + " side becomes 256; there random erasing too.",
          List.of(
              "backbone.normalisation=imagenet",
              "backbone.crop-pct=0.875",
              "data.augment=rand-m9-mstd0.5-inc1",
              "data.mixup=0.8",
              "data.cutmix=1",
              "train.label-smoothing=0.1",
              "train.epochs=100",
              "train.batch=64",
              "train.drop-last=true",
              "train.lr=0.005",
              "train.weight-decay=0.0001",
              "train.warmup-epochs=10",
              "train.warmup-lr=0.000001",
              "train.min-lr=0.00001",
              "train.schedule=timm",
              "train.drop-path=0.1"));

  private static final List<DataSource> SOURCES =
      List.of(
          new DataSource(
              "the lists",
              "https://github.com/ZhangYuanhan-AI/NOAH/tree/main/data/few-shot",
              "MIT"),
          new DataSource(
              "the images",
              "https://github.com/KaiyangZhou/CoOp/blob/main/DATASETS.md",
              "each data set has its own terms"));

  /** NOAH gives its results as curves only. */
  private static final List<Published> NONE = List.of();

  static final Suite SUITE =
      new Suite(
          "few-shot",
          "five fine-grained data sets with 1, 2, 4, 8 and 16 images a class, three draws each"
              + " (https://arxiv.org/abs/2206.04673)",
          List.of(NOAH),
          SOURCES,
          NONE,
          forms());

  private FewShotSuite() {}

  private static List<TaskForm> forms() {
    List<TaskForm> forms = new ArrayList<>();
    for (FewShotTasks.Task task : FewShotTasks.ALL) {
      DataPlace place = place(task);
      for (int shots : FewShotTasks.SHOTS) {
        for (int seed : FewShotTasks.SEEDS) {
          forms.add(form(task, place, shots, seed));
        }
      }
    }
    return forms;
  }

  private static DataPlace place(FewShotTasks.Task task) {
    List<String> files = new ArrayList<>();
    for (int shots : FewShotTasks.SHOTS) {
      for (int seed : FewShotTasks.SEEDS) {
        files.add("annotations/train_meta.list.num_shot_" + shots + ".seed_" + seed);
      }
    }
    files.add("annotations/test_meta.list");
    return new DataPlace(
        task.name(),
        task.folders(),
        files,
        List.of("annotations/val_meta.list"),
        DataPlace.Kind.IMAGES,
        "",
        task.classes(),
        task.images());
  }

  private static TaskForm form(FewShotTasks.Task task, DataPlace place, int shots, int seed) {
    String split = FewShotLayout.split(shots, seed);
    String group = task.name() + "-" + shots + "shot";
    return new TaskForm(
        group + "-seed" + seed, group, place, split, "test", split, "val", Overrides.IMAGES, null);
  }
}
