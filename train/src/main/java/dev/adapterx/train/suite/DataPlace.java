package dev.adapterx.train.suite;

import dev.adapterx.data.images.Layout;
import dev.adapterx.data.points.set.PointData;
import dev.adapterx.data.points.set.PointLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A data set of a suite and its location below the root.
 *
 * @param name for example {@code cifar}
 * @param folders possible names of its folder; {@code .} is the root itself
 * @param files that training and test need, relative to its folder; of alternatives separated by
 *     {@code |} one suffices
 * @param tuning files that only choosing hyper-parameters needs
 * @param kind decides how it is read
 * @param choice variant or fold within its folder; empty: there is only one
 * @param samples of a complete copy, by split
 */
record DataPlace(
    String name,
    List<String> folders,
    List<String> files,
    List<String> tuning,
    Kind kind,
    String choice,
    int classes,
    Map<String, Integer> samples) {

  /** How a data set is read to count its samples. */
  enum Kind {
    IMAGES,
    VARIANT,
    FOLD;

    /** Splits that exist. */
    List<String> splits(Path folder, String choice) {
      return this == IMAGES ? Layout.of(folder).splits() : layout(folder, choice).splits();
    }

    /** Samples and classes of a split; labels and the existence of files are checked with it. */
    Counted count(Path folder, String choice, String split) {
      if (this == IMAGES) {
        var images = Layout.of(folder).open(split);
        return new Counted(images.size(), images.classes().size());
      }
      return new Counted(layout(folder, choice).count(split), -1);
    }

    private PointLayout layout(Path folder, String choice) {
      PointData.Options options = PointData.Options.defaults();
      if (!choice.isEmpty()) {
        options = this == FOLD ? options.withFewShot(choice) : options.withVariant(choice);
      }
      return PointLayout.of(folder, options);
    }
  }

  /**
   * The counts found.
   *
   * @param classes -1: unknown without reading clouds
   */
  record Counted(int samples, int classes) {}

  /** Its folder: the first of its names that contains one of its files, or the default name. */
  Path folder(Path root) {
    for (String folder : folders) {
      Path candidate = root.resolve(folder).normalize();
      if (files.stream().anyMatch(file -> exists(candidate, file))) {
        return candidate;
      }
    }
    return root.resolve(folders.get(0)).normalize();
  }

  /** The files that are missing. */
  static List<String> missing(Path folder, List<String> files) {
    return files.stream().filter(file -> !exists(folder, file)).toList();
  }

  private static boolean exists(Path folder, String file) {
    for (String name : file.split("\\|", -1)) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return true;
      }
    }
    return false;
  }
}
