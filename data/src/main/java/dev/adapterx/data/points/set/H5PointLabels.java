package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.LabelledCloud;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Clouds in HDF5 with a label for each point: {@code data} (N, P, at least 3), the labels in {@code
 * pid}, {@code seg}, {@code part} or the like (N, P), and what each cloud is in {@code label} (N)
 * where there is one.
 */
public final class H5PointLabels {
  private static final List<String> USUAL =
      List.of("pid", "seg", "part", "parts", "point_label", "label_seg", "semantic", "label");

  private static final String KIND = "label";

  private H5PointLabels() {}

  /**
   * A cloud, its labels and what it is.
   *
   * @param kind from 0; below: nothing is said
   */
  public record Labelled(LabelledCloud cloud, int kind) {}

  /** Whether a file is HDF5 by its name. */
  public static boolean isH5(Path file) {
    String name = Folders.name(file).toLowerCase(Locale.ROOT);
    return name.endsWith(".h5") || name.endsWith(".hdf5");
  }

  /** The dataset with labels of points; empty where there is none, or it is no HDF5 to read. */
  public static Optional<String> find(Path file, @Nullable String named) {
    try (H5File h5 = H5File.open(file)) {
      return (named == null ? USUAL : List.of(named))
          .stream().filter(h5::hasPointLabels).findFirst();
    } catch (DataException e) {
      return Optional.empty(); // the reason comes when it is read
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException when it is damaged, has no labels of points, or as many as it has no
   *     points
   */
  public static List<Labelled> read(Path file, @Nullable String named) {
    String dataset =
        find(file, named)
            .orElseThrow(
                () ->
                    new DataException(
                        "%s: no dataset (N, P) with a label for each point; expected %s"
                            .formatted(
                                file,
                                named == null ? String.join(", ", USUAL) : "'" + named + "'")));
    PointCloud[] clouds;
    int[][] labels;
    int[] kinds = {};
    try (H5File h5 = H5File.open(file)) {
      clouds = h5.clouds("data");
      labels = h5.pointLabels(dataset);
      if (!dataset.equals(KIND) && h5.has(KIND)) {
        kinds = h5.labels(KIND);
      }
    }
    if (labels.length != clouds.length || (kinds.length > 0 && kinds.length != clouds.length)) {
      throw new DataException(
          "%s: %d clouds, labels of the points of %d and of %d clouds; expected the same number"
              .formatted(file, clouds.length, labels.length, kinds.length));
    }
    List<Labelled> all = new ArrayList<>();
    for (int i = 0; i < clouds.length; i++) {
      if (clouds[i].size() != labels[i].length) {
        throw new DataException(
            "%s: cloud %d has %d points, '%s' has %d labels; expected one for each"
                .formatted(file, i, clouds[i].size(), dataset, labels[i].length));
      }
      int kind = kinds.length == 0 ? -1 : kinds[i];
      all.add(new Labelled(new LabelledCloud(clouds[i], labels[i]), kind));
    }
    return List.copyOf(all);
  }

  /** Names that {@code classes.json} beside the files lists under a key; empty: none. */
  public static List<String> names(Path folder, String key) {
    return H5Classes.listed(folder, key);
  }
}
