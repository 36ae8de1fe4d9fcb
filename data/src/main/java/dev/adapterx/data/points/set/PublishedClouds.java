package dev.adapterx.data.points.set;

import dev.adapterx.data.Folders;
import dev.adapterx.data.check.PublishedCounts;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers of clouds of published data sets. */
final class PublishedClouds {
  /** Folders of few-shot folds; the numbers of training and test clouds follow from the name. */
  private static final Pattern FOLD = Pattern.compile("(\\d{1,4})way_?(\\d{1,4})shot");

  private static final int QUERIES = 20;

  private PublishedClouds() {}

  /** The counts for a layout, if it is that of a published data set. */
  static Optional<PublishedCounts> of(PointLayout layout) {
    if (layout instanceof ScanObjectNn scan) {
      ScanObjectNn.Variant variant = scan.variant();
      return Optional.of(
          counts(
              "ScanObjectNN " + variant.id(),
              ScanObjectNn.CLASSES.size(),
              variant.published("train"),
              variant.published("test")));
    }
    if (layout instanceof ModelNetText text) {
      return Optional.of(
          text.kind().equals("modelnet40")
              ? counts("ModelNet40", 40, 9_843, 2_468)
              : counts("ModelNet10", 10, 3_991, 908));
    }
    if (layout instanceof H5Layout h5 && h5.holds("ply_data_train0.h5")) {
      // PointNet's copy lacks three of the 9,843 shapes.
      return Optional.of(counts("ModelNet40 in HDF5", 40, 9_840, 2_468));
    }
    if (layout instanceof FewShotPickles fold) {
      Path folder = fold.root().toAbsolutePath().getParent();
      Matcher task = FOLD.matcher(folder == null ? "" : Folders.name(folder));
      if (task.matches()) {
        int way = Integer.parseInt(task.group(1));
        int shot = Integer.parseInt(task.group(2));
        return Optional.of(counts("Point-BERT", way, way * shot, way * QUERIES));
      }
    }
    if (layout instanceof FolderLayout) {
      return switch (Folders.name(layout.root().toAbsolutePath().normalize())) {
        case "ModelNet40" -> Optional.of(counts("ModelNet40", 40, 9_843, 2_468));
        case "ModelNet10" -> Optional.of(counts("ModelNet10", 10, 3_991, 908));
        case "shapenetpart" ->
            Optional.of(
                counts("ShapeNetPart", 16, Map.of("train", 12_137, "val", 1_870, "test", 2_874)));
        default -> Optional.empty();
      };
    }
    return Optional.empty();
  }

  private static PublishedCounts counts(String dataset, int classes, int train, int test) {
    return counts(dataset, classes, Map.of("train", train, "test", test));
  }

  private static PublishedCounts counts(String dataset, int classes, Map<String, Integer> clouds) {
    return new PublishedCounts(dataset, dataset, classes, "clouds", clouds);
  }
}
