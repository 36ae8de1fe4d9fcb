package dev.adapterx.train.suite;

import dev.adapterx.data.points.set.ScanObjectNn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ScanObjectNN, ModelNet40 and its few-shot folds as used by Point-MAE and its successors (Pang et
 * al., ECCV 2022, https://arxiv.org/abs/2203.06604). The augmentation makes a difference of about
 * three points on the hardest variant, so each has its own profile. The references report the best
 * test accuracy of all epochs; here the last epoch counts.
 */
final class PointSuites {
  /** Hyper-parameters shared by trainings of Point-MAE's twelve blocks for 300 epochs. */
  private static final List<String> SHARED =
      List.of(
          "head=mlp",
          "backbone.normalisation=none",
          "backbone.neighbours=32",
          "train.batch=32",
          "train.drop-last=true",
          "train.lr=0.0005",
          "train.min-lr=0.000001",
          "train.warmup-epochs=10",
          "train.warmup-lr=0.000001",
          "train.schedule=timm",
          "train.weight-decay=0.05",
          "train.label-smoothing=0",
          "train.clip-norm=10");

  private static final List<String> SCANS =
      Overrides.of(SHARED, "train.epochs=300", "backbone.points=2048", "backbone.groups=128");

  private static final List<String> MODELS =
      Overrides.of(SHARED, "backbone.points=1024", "backbone.groups=64");

  private static final String SHIFTED = "data.augment=scale-translate";

  private static final DataSource DATASETS =
      new DataSource(
          "how the folders are laid out",
          "https://github.com/Pang-Yatian/Point-MAE/blob/main/DATASET.md",
          "");

  private static final DataSource PREPARED =
      new DataSource(
          "texts of ModelNet40 and the few-shot folds",
          "https://github.com/lulutang0608/Point-BERT/blob/master/DATASET.md",
          "ModelNet is for academic research");

  static final Suite SCAN_OBJECT_NN =
      new Suite(
          "scanobjectnn",
          "scanned objects of 15 classes in three variants (https://arxiv.org/abs/1908.04616)",
          List.of(
              new Profile(
                  "point-mae",
                  "Point-MAE, PointGST: clouds stretched and shifted.",
                  Overrides.of(SCANS, SHIFTED, "train.drop-path=0.1")),
              new Profile(
                  "dapt",
                  "DAPT: as Point-MAE, drop-path 0.3 where there is background.",
                  Overrides.of(SCANS, SHIFTED),
                  Map.of(
                      "obj-bg", List.of("train.drop-path=0.3"),
                      "obj-only", List.of("train.drop-path=0.1"),
                      "pb-t50-rs", List.of("train.drop-path=0.3"))),
              new Profile(
                  "rotation",
                  "ACT, ReCon, IDPT: clouds rotated about the vertical axis, nothing else; about three"
                      + " points more on PB-T50-RS.",
                  Overrides.of(SCANS, "data.augment=rotate-y", "train.drop-path=0.1"))),
          List.of(
              new DataSource(
                  "the HDF5 files",
                  "https://hkust-vgd.github.io/scanobjectnn/",
                  "after agreeing to its terms of use"),
              DATASETS),
          PointsPublished.scans(),
          scans());

  static final Suite MODEL_NET =
      new Suite(
          "modelnet40",
          "CAD models of 40 classes (https://arxiv.org/abs/1406.5670); 1,024 points, no voting",
          List.of(
              new Profile(
                  "point-mae",
                  "Point-MAE, DAPT, IDPT: clouds stretched and shifted.",
                  Overrides.of(MODELS, SHIFTED, "train.epochs=300", "train.drop-path=0.1"))),
          List.of(
              PREPARED,
              new DataSource(
                  "the models themselves",
                  "https://modelnet.cs.princeton.edu/",
                  "for academic research"),
              DATASETS),
          PointsPublished.models(),
          List.of(models()));

  static final Suite MODEL_NET_FEW_SHOT =
      new Suite(
          "modelnet-fewshot",
          "ModelNet40, 5 or 10 classes with 10 or 20 clouds each, ten folds"
              + " (https://arxiv.org/abs/2111.14819)",
          List.of(
              new Profile(
                  "point-mae",
                  "Point-MAE, DAPT, IDPT: clouds stretched and shifted, 150 epochs. There the head"
                      + " has 40 outputs, here those of the fold.",
                  Overrides.of(MODELS, SHIFTED, "train.epochs=150", "train.drop-path=0.1"))),
          List.of(PREPARED, DATASETS),
          PointsPublished.folds(),
          folds());

  private PointSuites() {}

  private static List<TaskForm> scans() {
    List<TaskForm> forms = new ArrayList<>();
    for (ScanObjectNn.Variant variant : ScanObjectNn.Variant.values()) {
      Map<String, Integer> samples = new LinkedHashMap<>();
      samples.put("train", variant.published("train"));
      samples.put("test", variant.published("test"));
      DataPlace place =
          new DataPlace(
              variant.id(),
              List.of("ScanObjectNN", "scanobjectnn", "h5_files", "."),
              variant.files(),
              List.of(),
              DataPlace.Kind.VARIANT,
              variant.id(),
              ScanObjectNn.CLASSES.size(),
              samples);
      forms.add(form(variant.id(), null, place, "data.variant=" + variant.id()));
    }
    return forms;
  }

  private static TaskForm models() {
    Map<String, Integer> samples = new LinkedHashMap<>();
    samples.put("train", 9_843);
    samples.put("test", 2_468);
    DataPlace place =
        new DataPlace(
            "modelnet40",
            List.of("modelnet40_normal_resampled", "ModelNet/modelnet40_normal_resampled", "."),
            List.of("modelnet40_shape_names.txt", "modelnet40_train.txt", "modelnet40_test.txt"),
            List.of(),
            DataPlace.Kind.VARIANT,
            "modelnet40",
            40,
            samples);
    return form("modelnet40", null, place, "data.variant=modelnet40");
  }

  private static List<TaskForm> folds() {
    List<TaskForm> forms = new ArrayList<>();
    for (String group : PointsPublished.SETTINGS) {
      String[] numbers = group.replaceAll("[a-z]+", "").split("_", -1);
      int way = Integer.parseInt(numbers[0]);
      int shot = Integer.parseInt(numbers[1]);
      Map<String, Integer> samples = new LinkedHashMap<>();
      samples.put("train", way * shot);
      samples.put("test", way * 20);
      for (int fold = 0; fold < 10; fold++) {
        String name = group + "-fold" + fold;
        String choice = group + "/" + fold;
        DataPlace place =
            new DataPlace(
                name,
                List.of("ModelNetFewshot", "."),
                List.of(choice + ".pkl|" + choice.replace("_", "") + ".pkl"),
                List.of(),
                DataPlace.Kind.FOLD,
                choice,
                way,
                samples);
        forms.add(form(name, group, place, "data.few-shot=" + choice));
      }
    }
    return forms;
  }

  private static TaskForm form(
      String name, @Nullable String group, DataPlace place, String choice) {
    // Only one of the two keys that choose within a folder applies at a time.
    String other = choice.startsWith("data.variant") ? "data.few-shot=null" : "data.variant=null";
    List<String> data = Overrides.of(Overrides.CLOUDS, other, choice);
    return new TaskForm(name, group, place, "train", "test", null, null, data, null);
  }
}
