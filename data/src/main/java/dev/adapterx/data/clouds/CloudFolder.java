package dev.adapterx.data.clouds;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Folders;
import dev.adapterx.data.clouds.CloudTree.Branch;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.MeshSampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files of points or meshes sorted into folders: {@code root/train/class/…/cloud.ply}, as ModelNet
 * {@code root/class/train/mesh.off}, or {@code root/class/…/cloud.ply} as the only split {@code
 * all}. Classes are the folders' names in the order of their code points. A file is read on demand;
 * nothing is cached and nothing is normalised.
 */
public final class CloudFolder implements Dataset<PointCloud> {
  private final List<Entry> entries;
  private final List<String> classes;
  private final int ignored;
  private final MeshSampling sampling;

  private record Entry(Path file, String name, int label) {}

  private CloudFolder(
      List<Entry> entries, List<String> classes, int ignored, MeshSampling sampling) {
    this.entries = List.copyOf(entries);
    this.classes = List.copyOf(classes);
    this.ignored = ignored;
    this.sampling = sampling;
  }

  /** Whether some sub-folder contains a file with one of {@link CloudFile#extensions}. */
  public static boolean recognises(Path root) {
    return Files.isDirectory(root)
        && Folders.folders(root).stream()
            .anyMatch(f -> !Folders.below(f, CloudFile::isKnown).files().isEmpty());
  }

  /**
   * Names of the splits: of train, val and test those that exist, or {@code all}.
   *
   * @throws DataException when the folder is missing, or its splits are invalid
   */
  public static List<String> splits(Path root) {
    return CloudTree.of(root).splits();
  }

  /**
   * Opens a split. Labels of all splits come from the class folders of {@code train}, if there is
   * one.
   *
   * @param sampling of the points of meshes
   * @throws DataException when the split does not exist, there are fewer than two classes, a folder
   *     is no class of {@code train}, or there are no files; in {@code train} and {@code all} also
   *     when any class has none
   */
  public static CloudFolder open(Path root, String split, MeshSampling sampling) {
    CloudTree tree = CloudTree.of(root);
    String name = SplitFolders.canonical(split).orElse(split);
    List<Branch> branches = tree.requireSplit(name);
    List<String> classes = tree.classes(name);
    requireKnown(
        root, branches, "class folders of the split '" + name + "'", classes, "classes of train");
    List<String> empty = new ArrayList<>();
    CloudFolder found = of(root, branches, classes, sampling, empty);
    requireFiles(root, name, found.size(), classes);
    if (classes.size() == 1) {
      throw new DataException(
          "%s has only one class, '%s' (%d clouds); expected at least two folders, one per class"
              .formatted(root, classes.get(0), found.size()));
    }
    if (!empty.isEmpty() && !name.equals("val") && !name.equals("test")) {
      throw new DataException(
          "%s: no clouds for %d of the %d classes in the split '%s': %s. Add files or remove the"
                  .formatted(root, empty.size(), classes.size(), name, Names.some(empty))
              + " folder"
              + (empty.size() > 1 ? "s" : ""));
    }
    return found;
  }

  /**
   * Opens a folder without splits to evaluate a model with these {@code classes}. A class without a
   * folder is allowed, since labels come from {@code classes} and do not shift.
   *
   * @param sampling of the points of meshes
   * @throws DataException when a folder is none of the classes, or there are no files
   */
  public static CloudFolder known(Path root, List<String> classes, MeshSampling sampling) {
    List<Branch> branches = CloudTree.of(root).requireSplit(PlainFolder.ALL);
    requireKnown(root, branches, "class folders", classes, "classes trained");
    CloudFolder found = of(root, branches, classes, sampling, new ArrayList<>());
    requireFiles(root, PlainFolder.ALL, found.size(), classes);
    return found;
  }

  private static CloudFolder of(
      Path root,
      List<Branch> branches,
      List<String> classes,
      MeshSampling sampling,
      List<String> empty) {
    List<Entry> entries = new ArrayList<>();
    int ignored = 0;
    for (Branch branch : branches) {
      Folders.Found found = Folders.below(branch.folder(), CloudFile::isKnown);
      int label = ClassNames.label(branch.className(), classes);
      found.files().forEach(f -> entries.add(new Entry(f, Folders.relative(root, f), label)));
      ignored += found.ignored();
      if (found.files().isEmpty()) {
        empty.add(branch.className());
      }
    }
    return new CloudFolder(entries, classes, ignored, sampling);
  }

  /**
   * Files to predict, without labels.
   *
   * @param classes of the model that predicts
   */
  public static CloudFolder unlabelled(
      List<Path> files, List<String> classes, MeshSampling sampling) {
    if (files.isEmpty()) {
      throw new DataException(
          "No point clouds to read; expected files ending in "
              + String.join(", ", CloudFile.extensions()));
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      String name = file.toString().replace(file.getFileSystem().getSeparator(), "/");
      entries.add(new Entry(file, name, UNLABELLED));
    }
    return new CloudFolder(entries, classes, 0, sampling);
  }

  /** Number of ignored files: hidden ones and files that are not clouds. */
  public int ignored() {
    return ignored;
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public int label(int i) {
    return entries.get(i).label();
  }

  @Override
  public String name(int i) {
    return entries.get(i).name();
  }

  @Override
  public PointCloud sample(int i) {
    return CloudFile.read(entries.get(i).file(), sampling);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(entries.get(i).file());
  }

  private static void requireKnown(
      Path root, List<Branch> branches, String folders, List<String> classes, String of) {
    List<String> found = branches.stream().map(Branch::className).toList();
    List<String> unknown = ClassNames.without(found, classes);
    if (!unknown.isEmpty()) {
      throw new DataException(
          "%s: %d of the %d %s are none of the %d %s: %s"
                  .formatted(
                      root,
                      unknown.size(),
                      found.size(),
                      folders,
                      classes.size(),
                      of,
                      Names.some(unknown))
              + ". Known: "
              + Names.some(classes)
              + Names.hint(unknown.get(0), classes));
    }
  }

  private static void requireFiles(Path root, String split, int files, List<String> classes) {
    if (files == 0) {
      throw new DataException(
          "%s has no clouds in the split '%s': %s no file ending in %s"
              .formatted(
                  root,
                  split,
                  classes.isEmpty()
                      ? "there are no class folders, and"
                      : "its classes " + Names.some(classes) + " hold",
                  String.join(", ", CloudFile.extensions())));
    }
  }
}
