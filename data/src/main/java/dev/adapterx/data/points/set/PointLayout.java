package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.MissingSplitException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Registry;
import dev.adapterx.data.Folders;
import dev.adapterx.data.clouds.CloudFolder;
import dev.adapterx.data.images.Layout.Role;
import dev.adapterx.data.points.format.OtherFormats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The layout of point clouds in a folder or a file: where the splits are and how labels are given.
 * {@link PointLayoutKind} recognises it.
 */
public interface PointLayout {

  /** The folder, or the file, of the data set. */
  Path root();

  /** A description for messages and reports. */
  String description();

  /** Names of the splits that exist. */
  List<String> splits();

  /** The split for a role, if there is one. */
  default Optional<String> split(Role role) {
    String name =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    return Optional.of(name).filter(splits()::contains);
  }

  /** Whether each cloud is centred and scaled into the unit sphere when it is read. */
  default boolean unitSphere() {
    return false;
  }

  /**
   * Opens a split.
   *
   * @throws DataException when it does not exist, listing those that do, or its files are invalid
   */
  PointData open(String split);

  /**
   * Number of labelled clouds of a split, determined without reading points where the layout
   * allows.
   *
   * @throws DataException as {@link #open}
   */
  default int count(String split) {
    return open(split).dataset().size();
  }

  /**
   * Recognises the layout of a folder or a file: those of other jars, few-shot folds, ScanObjectNN,
   * ModelNet as text, HDF5 files, a file per cloud, in this order.
   *
   * @throws DataException when the path does not exist or has no known layout, listing the known
   *     ones
   */
  static PointLayout of(Path root, PointData.Options options) {
    if (!Files.exists(root)) {
      throw new DataException("No such file or folder: " + root);
    }
    Optional<PointLayoutKind> added = added(root);
    if (added.isPresent()) {
      return added.get().of(root, options);
    }
    if (FewShotPickles.recognises(root)) {
      return FewShotPickles.of(root, options);
    }
    if (options.fewShot().isPresent()) {
      throw new DataException(
          "%s: there are no few-shot folds to choose '%s' from; expected folders like 5way_10shot with files like 0.pkl, found %s"
              .formatted(root, options.fewShot().get(), contents(root)));
    }
    if (Files.isDirectory(root)) {
      if (ScanObjectNn.recognises(root)) {
        return ScanObjectNn.of(root, options);
      }
      if (ModelNetText.recognises(root)) {
        return ModelNetText.of(root, options);
      }
    }
    if (options.variant().isPresent()) {
      throw new DataException(
          "%s: there are no variants to choose '%s' from; expected the folder of ScanObjectNN or of the texts of ModelNet, found %s"
              .formatted(root, options.variant().get(), contents(root)));
    }
    if (H5Layout.recognises(root)) {
      return H5Layout.of(root, options);
    }
    if (CloudFolder.recognises(root)) {
      return new FolderLayout(root, options.meshes());
    }
    throw new DataException(
        root
            + " holds no point clouds in a known layout. Expected main_split and main_split_nobg of ScanObjectNN, the lists and texts of ModelNet, few-shot folds as 5way_10shot/0.pkl, HDF5 files called *train*.h5 and *test*.h5, a single .h5 file, or files of points or meshes in folders by class; found "
            + contents(root)
            + OtherFormats.counted(Folders.below(root, OtherFormats::isKnown).files())
                .map(counted -> ". " + counted)
                .orElse(""));
  }

  /** Whether files or folders have the names of a published data set. */
  static boolean isPublished(Path root) {
    boolean folder = Files.isDirectory(root);
    return added(root).isPresent()
        || FewShotPickles.recognises(root)
        || (folder && (ScanObjectNn.recognises(root) || ModelNetText.recognises(root)))
        || H5Layout.recognises(root);
  }

  private static Optional<PointLayoutKind> added(Path root) {
    return Registry.of(PointLayoutKind.class, "layout of point clouds", PointLayoutKind::name)
        .all()
        .stream()
        .filter(kind -> kind.recognises(root))
        .findFirst();
  }

  private static String contents(Path root) {
    if (!Files.isDirectory(root)) {
      return "the file " + Folders.name(root);
    }
    List<String> files = Folders.visibleFiles(root).stream().map(Folders::name).toList();
    List<String> folders = Folders.folders(root).stream().map(Folders::name).toList();
    return (files.isEmpty() ? "no file" : "the files " + Names.some(files))
        + (folders.isEmpty() ? "" : " and the folders " + Names.some(folders));
  }

  /** Requires a split to exist. */
  static void requireSplit(PointLayout layout, String split) {
    if (!layout.splits().contains(split)) {
      throw new MissingSplitException(
          layout.root()
              + " has no split '"
              + split
              + "'. Read as "
              + layout.description()
              + "; existing: "
              + Names.some(layout.splits())
              + Names.hint(split, layout.splits()));
    }
  }
}
