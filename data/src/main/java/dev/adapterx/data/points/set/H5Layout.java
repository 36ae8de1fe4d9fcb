package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import dev.adapterx.data.images.PlainFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * HDF5 files with the clouds in {@code data} (N, P, at least 3) and the labels in a chosen dataset.
 * The splits are {@code train}, {@code val} and {@code test} by the names of the files, or the one
 * file is the split {@value PlainFolder#ALL}. Files that differ in digits only are parts of one
 * split ({@code ply_data_train0.h5}, …), in the order of {@code train_files.txt} if that is beside
 * them, as in PointNet's ModelNet40.
 *
 * <p>The classes are those of all splits together. A cloud with a label below 0 is left out.
 */
public final class H5Layout implements PointLayout {
  private static final List<String> SPLITS = List.of("train", "val", "test");

  private final Path root;
  private final String label;
  private final Map<String, List<Path>> files;

  private H5Layout(Path root, String label, Map<String, List<Path>> files) {
    this.root = root;
    this.label = label;
    this.files = files;
  }

  /** An HDF5 file, or a folder with one in it. */
  static boolean recognises(Path root) {
    return Files.isDirectory(root) ? !h5Files(root).isEmpty() : isH5(root);
  }

  static H5Layout of(Path root, PointData.Options options) {
    if (!Files.isDirectory(root)) {
      return new H5Layout(root, options.label(), Map.of(PlainFolder.ALL, List.of(root)));
    }
    List<Path> all = h5Files(root);
    Map<String, List<Path>> files = new LinkedHashMap<>();
    for (String split : SPLITS) {
      List<Path> own = all.stream().filter(f -> split(f).equals(Optional.of(split))).toList();
      if (!own.isEmpty()) {
        files.put(split, parts(root, split, own));
      }
    }
    if (files.isEmpty()) {
      if (all.size() > 1) {
        throw new DataException(
            root
                + " holds "
                + all.size()
                + " HDF5 files, none called *train*.h5 or *test*.h5: "
                + names(all)
                + ". Name one of them, for example "
                + all.get(0));
      }
      files.put(PlainFolder.ALL, all);
    }
    return new H5Layout(root, options.label(), files);
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String description() {
    List<Path> all = files.values().stream().flatMap(List::stream).toList();
    return "HDF5 (" + names(all) + ") with labels '" + label + "'";
  }

  @Override
  public List<String> splits() {
    return List.copyOf(files.keySet());
  }

  @Override
  public PointData open(String split) {
    PointLayout.requireSplit(this, split);
    List<Path> all = files.values().stream().flatMap(List::stream).toList();
    int largest = H5Clouds.largestLabel(all, label);
    if (largest < 0) {
      throw new DataException(
          "%s: all labels of '%s' are below 0, which means no class".formatted(root, label));
    }
    List<String> classes = H5Classes.of(folder(), label, largest);
    return H5Clouds.read(this, split, files.getOrDefault(split, List.of()), label, classes);
  }

  /** All clouds of a split, including those without a label. */
  CloudList unlabelled(String split) {
    PointLayout.requireSplit(this, split);
    return H5Clouds.unlabelled(files.getOrDefault(split, List.of()));
  }

  /** Whether a file of that name is one of its parts. */
  boolean holds(String name) {
    return files.values().stream()
        .flatMap(List::stream)
        .anyMatch(f -> Folders.name(f).equals(name));
  }

  private Path folder() {
    Path parent = root.toAbsolutePath().getParent();
    return Files.isDirectory(root) || parent == null ? root : parent;
  }

  /** The files of one split, in order. */
  private static List<Path> parts(Path root, String split, List<Path> own) {
    List<String> kinds =
        own.stream().map(f -> Folders.name(f).replaceAll("\\d+", "")).distinct().toList();
    if (kinds.size() > 1) {
      throw new DataException(
          "%s: several files could be the split %s: %s. Name one of them, or leave only one in the folder"
              .formatted(root, split, names(own)));
    }
    Path list = root.resolve(split + "_files.txt");
    if (!Files.isRegularFile(list)) {
      return own;
    }
    List<Path> ordered = new ArrayList<>();
    TextLines.read(
        list,
        (line, number) -> {
          // Published lists contain the folder they were created in.
          String name = line.substring(line.replace('\\', '/').lastIndexOf('/') + 1);
          Path file =
              own.stream().filter(f -> Folders.name(f).equals(name)).findFirst().orElse(null);
          if (file == null || ordered.contains(file)) {
            throw new DataException(
                "%s:%d: expected another one of the files %s, found %s"
                    .formatted(list, number, names(own), line));
          }
          ordered.add(file);
        });
    return ordered;
  }

  private static Optional<String> split(Path file) {
    String name = Folders.name(file).toLowerCase(Locale.ROOT);
    return SPLITS.stream().filter(name::contains).findFirst();
  }

  private static List<Path> h5Files(Path folder) {
    return Folders.visibleFiles(folder).stream().filter(H5Layout::isH5).toList();
  }

  private static boolean isH5(Path file) {
    String name = Folders.name(file).toLowerCase(Locale.ROOT);
    return name.endsWith(".h5") || name.endsWith(".hdf5");
  }

  private static String names(List<Path> files) {
    return Names.some(files.stream().map(Folders::name).collect(Collectors.toList()));
  }
}
