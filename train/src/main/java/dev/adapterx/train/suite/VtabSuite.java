package dev.adapterx.train.suite;

import dev.adapterx.data.images.VtabTasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * VTAB-1k (Zhai et al., https://arxiv.org/abs/1910.04867) in the layout of NOAH's archive. Profiles
 * are those of NOAH, of Bi-Adapter and of Adapter+; the three have in common AdamW at 1e-3 for 100
 * epochs in batches of 64.
 */
final class VtabSuite {
  private static final String NAME = "vtab-1k";

  /**
   * Scales of the released Bi-AdaptFormer-32, in the order of the tasks: {@code binary_adapter} of
   * https://github.com/JieShibo/PETL-ViT. They were chosen among 0.01, 0.1, 1 and 10 for each task.
   */
  private static final List<Double> SCALES =
      List.of(
          0.1, 10.0, 0.01, 1.0, 0.01, 10.0, 0.1, 1.0, 1.0, 10.0, 1.0, 1.0, 0.1, 1.0, 1.0, 1.0, 0.1,
          1.0, 1.0);

  private static final List<String> SHARED =
      List.of(
          "backbone.crop=squash",
          "backbone.crop-pct=1",
          "data.augment=none",
          "train.epochs=100",
          "train.batch=64",
          "train.drop-last=true",
          "train.lr=0.001",
          "train.weight-decay=0.0001",
          "train.warmup-epochs=10",
          "train.schedule=timm",
          "train.drop-path=0.1",
          "train.label-smoothing=0");

  private static final List<String> FLOOR =
      List.of("train.warmup-lr=0.000001", "train.min-lr=0.00001");

  private static final List<Profile> PROFILES =
      List.of(
          new Profile(
              "biadapter",
              "Bi-Adapter, and most likely Adapter-X: straight to 224 x 224, pixels in [0, 1]."
                  + " The references keep the best test accuracy of every tenth epoch; here the"
                  + " last epoch counts.",
              Overrides.of("backbone.normalisation=none", SHARED, FLOOR)),
          new Profile(
              "noah",
              "NOAH's adapters, FacT, Convpass, RepAdapter: ImageNet's mean and deviation, which is"
                  + " not what ViT-B/16 in21k was trained with. Best of every tenth epoch there,"
                  + " the last here.",
              Overrides.of("backbone.normalisation=imagenet", SHARED, FLOOR)),
          new Profile(
              "adapterplus",
              "Adapter+: pixels in [-1, 1], the last epoch counts. There bilinear without"
                  + " antialiasing, here the backbone's own filter (bicubic).",
              Overrides.of(
                  "backbone.normalisation=half",
                  SHARED,
                  List.of("train.warmup-lr=0.00001", "train.min-lr=0.000001"))));

  private static final List<DataSource> SOURCES =
      List.of(
          new DataSource(
              "a script that makes lists and images (needs TensorFlow)",
              "https://github.com/ZhangYuanhan-AI/NOAH#data-preparation",
              "each data set has its own terms"),
          new DataSource(
              "all 19 folders as RepAdapter uses them",
              "https://github.com/luogen1996/RepAdapter",
              "no licence stated"),
          new DataSource(
              "all 19 folders as V-PETL Bench uses them",
              "https://huggingface.co/datasets/XiN0919/VTAB-1k",
              "no licence known"));

  static final Suite SUITE =
      new Suite(
          NAME,
          "19 tasks of 1,000 training images each, in three groups"
              + " (https://arxiv.org/abs/1910.04867)",
          PROFILES,
          SOURCES,
          VtabPublished.rows(VtabTasks.ALL.stream().map(VtabTasks.Task::name).toList()),
          IntStream.range(0, SCALES.size()).mapToObj(VtabSuite::form).toList());

  private VtabSuite() {}

  private static TaskForm form(int i) {
    VtabTasks.Task task = VtabTasks.ALL.get(i);
    Map<String, Integer> samples = new LinkedHashMap<>();
    samples.put("train800", 800);
    samples.put("val200", 200);
    samples.put("train800val200", 1000);
    samples.put("test", task.testImages());
    DataPlace place =
        new DataPlace(
            task.name(),
            List.of(task.name()),
            List.of("train800val200.txt", "test.txt"),
            List.of("train800.txt", "val200.txt"),
            DataPlace.Kind.IMAGES,
            "",
            task.classes(),
            samples);
    return new TaskForm(
        task.name(),
        task.group().name().toLowerCase(Locale.ROOT),
        place,
        "train800val200",
        "test",
        "train800",
        "val200",
        Overrides.IMAGES,
        SCALES.get(i));
  }
}
