package dev.adapterx.data.points.set;

import java.util.Map;
import java.util.Optional;

/**
 * How many clouds a complete copy of a published data set has.
 *
 * @param dataset its name
 * @param clouds by split
 */
record PublishedCounts(String dataset, int classes, Map<String, Integer> clouds) {

  /** Those of what a layout holds, if it is a published one. */
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
      // The copy of PointNet lacks three shapes of the 9,843.
      return Optional.of(counts("ModelNet40 in HDF5", 40, 9_840, 2_468));
    }
    return Optional.empty();
  }

  private static PublishedCounts counts(String dataset, int classes, int train, int test) {
    return new PublishedCounts(dataset, classes, Map.of("train", train, "test", test));
  }
}
