package dev.adapterx.data.points.set;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.MeshSampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A split of a data set of point clouds found on disk.
 *
 * @param layout that it was read as
 * @param split its name there
 * @param dataset its clouds
 * @param notes that a reader of results should know, such as clouds left out
 */
public record PointData(
    PointLayout layout, String split, Dataset<PointCloud> dataset, List<String> notes) {

  /**
   * Choices that a folder alone does not determine.
   *
   * @param variant of ScanObjectNN, if the folder contains several: {@code obj-bg}, {@code
   *     obj-only} or {@code pb-t50-rs}
   * @param label the HDF5 dataset of the labels
   * @param fewShot the fold of a folder of few-shot folds, for example {@code 5way_10shot/3}
   * @param cache a folder for caching clouds read from text; without it they are parsed in every
   *     epoch
   * @param meshes number and seed of the points drawn from a mesh
   */
  public record Options(
      Optional<String> variant,
      String label,
      Optional<String> fewShot,
      Optional<Path> cache,
      MeshSampling meshes) {
    private static final MeshSampling DENSE = new MeshSampling(2048, 0);

    public Options {
      if (label.isBlank()) {
        throw new ConfigException("label: expected the name of an HDF5 dataset, found nothing");
      }
    }

    /** With 2048 points per mesh. */
    public Options(
        Optional<String> variant, String label, Optional<String> fewShot, Optional<Path> cache) {
      this(variant, label, fewShot, cache, DENSE);
    }

    /** Labels from the dataset {@code label}, no cache, 2048 points per mesh. */
    public static Options defaults() {
      return new Options(Optional.empty(), "label", Optional.empty(), Optional.empty());
    }

    public Options withVariant(String name) {
      return new Options(Optional.of(name), label, fewShot, cache, meshes);
    }

    public Options withLabel(String dataset) {
      return new Options(variant, dataset, fewShot, cache, meshes);
    }

    public Options withFewShot(String fold) {
      return new Options(variant, label, Optional.of(fold), cache, meshes);
    }

    public Options withCache(Path folder) {
      return new Options(variant, label, fewShot, Optional.of(folder), meshes);
    }

    public Options withMeshes(MeshSampling sampling) {
      return new Options(variant, label, fewShot, cache, sampling);
    }
  }

  public PointData {
    notes = List.copyOf(notes);
  }

  /**
   * Opens a split of a folder or of a single file, in any layout; see {@link PointLayout#of}.
   *
   * @throws DataException when there is no such split, listing those that exist, or its files are
   *     invalid
   */
  public static PointData open(Path root, String split, Options options) {
    return PointLayout.of(root, options).open(split);
  }

  /** Whether each cloud was centred and scaled into the unit sphere when it was read. */
  public boolean unitSphere() {
    return layout.unitSphere();
  }

  /**
   * For example {@code 368 clouds of 21 classes: split train of DIR, HDF5 files (…); 536 clouds of
   * no class (label below 0) left out}.
   */
  public String description() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d clouds of %d classes: split %s of %s, %s"
            .formatted(
                dataset.size(),
                dataset.classes().size(),
                split,
                layout.root(),
                layout.description()));
    if (unitSphere()) {
      text.append("; each cloud centred and scaled into the unit sphere");
    }
    notes.forEach(note -> text.append("; ").append(note));
    return text.toString();
  }
}
