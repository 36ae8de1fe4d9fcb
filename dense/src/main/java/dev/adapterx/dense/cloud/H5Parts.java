package dev.adapterx.dense.cloud;

import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.points.set.H5PointLabels;
import dev.adapterx.dense.parts.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * HDF5 with a label for each point, as LabeledDB and ShapeNetPart have it: splits by the names of
 * files. {@code classes.json} may name {@code classes} and {@code parts}; a part called {@code
 * Chair/leg} is one of the category Chair.
 */
final class H5Parts implements CloudFinder {
  private static final List<String> SPLITS = List.of("train", "val", "test");

  @Override
  public boolean matches(Path root, CloudLayout.Options options) {
    List<Path> files = files(root);
    return !files.isEmpty() && H5PointLabels.find(files.get(0), options.label()).isPresent();
  }

  private static List<Path> files(Path root) {
    if (Files.isRegularFile(root)) {
      return H5PointLabels.isH5(root) ? List.of(root) : List.of();
    }
    return Files.isDirectory(root)
        ? Folders.visibleFiles(root).stream().filter(H5PointLabels::isH5).toList()
        : List.of();
  }

  @Override
  public CloudSplits find(Path root, CloudLayout.Options options) {
    Path folder = Files.isDirectory(root) ? root : root.toAbsolutePath().getParent();
    List<String> kinds = folder == null ? List.of() : H5PointLabels.names(folder, "classes");
    List<String> parts = folder == null ? List.of() : H5PointLabels.names(folder, "parts");
    Map<String, List<CloudEntry>> splits = new LinkedHashMap<>();
    for (Path file : files(root)) {
      String split = split(file).orElse(PlainFolder.ALL);
      List<CloudEntry> own = splits.computeIfAbsent(split, k -> new ArrayList<>());
      List<H5PointLabels.Labelled> read = H5PointLabels.read(file, options.label());
      for (int i = 0; i < read.size(); i++) {
        H5PointLabels.Labelled cloud = read.get(i);
        String kind =
            cloud.kind() < 0
                ? null
                : cloud.kind() < kinds.size()
                    ? kinds.get(cloud.kind())
                    : Integer.toString(cloud.kind());
        String name = Folders.name(file) + "#" + i;
        own.add(new CloudEntry(name, file, kind, cloud::cloud));
      }
    }
    CloudCode code = parts.isEmpty() ? null : CloudCode.named(parts).of(categories(parts, kinds));
    return new CloudSplits("HDF5 with a label for each point", splits, code, 0, List.of());
  }

  /** By what stands before the slash, in the order of the kinds. */
  private static List<Category> categories(List<String> parts, List<String> kinds) {
    Map<Integer, List<Integer>> of = new TreeMap<>();
    for (int p = 0; p < parts.size(); p++) {
      int slash = parts.get(p).indexOf('/');
      int kind = slash < 0 ? -1 : kinds.indexOf(parts.get(p).substring(0, slash));
      if (kind < 0) {
        return List.of();
      }
      of.computeIfAbsent(kind, k -> new ArrayList<>()).add(p);
    }
    return of.entrySet().stream()
        .map(e -> new Category(kinds.get(e.getKey()), e.getValue()))
        .toList();
  }

  private static Optional<String> split(Path file) {
    String name = Folders.name(file).toLowerCase(Locale.ROOT);
    return SPLITS.stream().filter(name::contains).findFirst();
  }
}
