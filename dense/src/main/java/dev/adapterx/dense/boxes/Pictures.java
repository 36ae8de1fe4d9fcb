package dev.adapterx.dense.boxes;

import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the pictures that annotations name, within the folder of a data set. */
final class Pictures {
  /** Names of splits within names of files: instances_train2017, valid_annotations. */
  private static final Pattern SPLIT =
      Pattern.compile(
          "(?:^|.*[^a-z])(train|training|val|valid|validation|test|testing)(?:[^a-z].*|$)");

  private final Path root;
  private @Nullable Map<String, List<Path>> byName;

  Pictures(Path root) {
    this.root = root;
  }

  /** Relative to the data set, with {@code /}. */
  String name(Path file) {
    return file.normalize().startsWith(root.normalize())
        ? Folders.relative(root.normalize(), file.normalize())
        : file.toString();
  }

  /**
   * The picture that an annotation names: below one of some folders as it is told, else without the
   * folders above that another machine had, else the one of its name, if there is one alone.
   *
   * @param folders to look in first, in order
   */
  Optional<Path> find(String told, List<Path> folders) {
    String path = told.replace('\\', '/');
    for (Path folder : folders) {
      String rest = path;
      while (!rest.isEmpty()) {
        Path file = file(folder, rest.startsWith("/") ? rest.substring(1) : rest);
        if (file != null) {
          return Optional.of(file);
        }
        int next = rest.indexOf('/', rest.startsWith("/") ? 1 : 0);
        rest = next < 0 ? "" : rest.substring(next + 1);
      }
    }
    List<Path> same = named(path.substring(path.lastIndexOf('/') + 1));
    return same.size() == 1 ? Optional.of(same.get(0)) : Optional.empty();
  }

  private @Nullable Path file(Path folder, String told) {
    try {
      Path file = folder.resolve(told).normalize();
      boolean within = file.startsWith(folder.normalize()) || file.startsWith(root.normalize());
      return within && Files.isRegularFile(file) ? file : null;
    } catch (InvalidPathException e) {
      return null; // named as missing
    }
  }

  /** All pictures below the data set of that file name. */
  List<Path> named(String name) {
    if (byName == null) {
      byName = new HashMap<>();
      for (Path file : Folders.images(root).files()) {
        byName.computeIfAbsent(Folders.name(file), n -> new ArrayList<>()).add(file.normalize());
      }
    }
    return byName.getOrDefault(name, List.of());
  }

  /** The picture of a name without its ending in a folder. */
  static Map<String, Path> byStem(Path folder) {
    Map<String, Path> byStem = new HashMap<>();
    for (Path file : Folders.visibleFiles(folder)) {
      if (Folders.isImage(file)) {
        byStem.putIfAbsent(stem(Folders.name(file)), file);
      }
    }
    return byStem;
  }

  /** Without what stands behind the last dot. */
  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** train, val or test where a file's name has it as a word; empty elsewhere. */
  static Optional<String> split(String stem) {
    Matcher m = SPLIT.matcher(stem.toLowerCase(java.util.Locale.ROOT));
    return m.matches() ? SplitFolders.canonical(m.group(1)) : Optional.empty();
  }

  /** A folder for each split where there are any; else the folder itself, as the only split. */
  static Map<String, Path> folders(Path root) {
    Map<String, Path> folders = new java.util.LinkedHashMap<>();
    for (Path folder : Folders.folders(root)) {
      SplitFolders.canonical(Folders.name(folder))
          .ifPresent(split -> folders.putIfAbsent(Folders.name(folder), folder));
    }
    return folders.isEmpty() ? Map.of(PlainFolder.ALL, root) : folders;
  }
}
