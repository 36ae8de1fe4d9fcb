package dev.adapterx.data.clouds;

import dev.adapterx.base.DataException;
import dev.adapterx.base.MissingSplitException;
import dev.adapterx.base.Names;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The folders of the clouds of each split and class: {@code SPLIT/CLASS}, {@code CLASS/SPLIT} or,
 * as the only split, {@code CLASS}.
 *
 * @param description in words, for messages
 * @param branches by split, in the order train, val, test
 */
record CloudTree(Path root, String description, Map<String, List<Branch>> branches) {

  /**
   * A folder whose clouds are all of one class.
   *
   * @param className composed (Unicode's NFC): Macs decompose names, and archives keep that
   */
  record Branch(String className, Path folder) {}

  static CloudTree of(Path root) {
    Folders.requireFolder(root);
    List<Path> folders = Folders.folders(root);
    Map<String, List<Branch>> branches =
        new TreeMap<>(Comparator.comparingInt(SplitFolders::order));
    if (SplitFolders.recognises(root)) {
      for (Path folder : folders) {
        split(folder).ifPresent(split -> add(branches, root, split, classes(folder)));
      }
      return new CloudTree(root, "a folder per split and class", branches);
    }
    if (folders.stream().anyMatch(SplitFolders::recognises)) {
      folders.forEach(folder -> addSplits(branches, folder));
      return new CloudTree(root, "a folder per class and split", branches);
    }
    branches.put(PlainFolder.ALL, classes(root));
    return new CloudTree(root, "one folder per class, without splits", branches);
  }

  List<String> splits() {
    return List.copyOf(branches.keySet());
  }

  /**
   * Position = label: the classes of {@code train} if it exists, so that labels are the same in all
   * splits.
   */
  List<String> classes(String split) {
    List<Branch> of = branches.getOrDefault("train", requireSplit(split));
    return of.stream().map(Branch::className).distinct().toList();
  }

  List<Branch> requireSplit(String split) {
    List<Branch> found = branches.get(split);
    if (found == null) {
      throw new MissingSplitException(
          "%s has no split '%s'. Read as %s; existing: %s%s"
              .formatted(
                  root, split, description, Names.some(splits()), Names.hint(split, splits())));
    }
    return found;
  }

  private static void addSplits(Map<String, List<Branch>> branches, Path classFolder) {
    String name = ClassNames.composed(Folders.name(classFolder));
    List<String> found = new ArrayList<>();
    for (Path folder : Folders.folders(classFolder)) {
      Optional<String> split = split(folder);
      if (split.isPresent() && found.contains(split.get())) {
        throw twice(classFolder, split.get());
      }
      split.ifPresent(
          s -> {
            found.add(s);
            branches.computeIfAbsent(s, k -> new ArrayList<>()).add(new Branch(name, folder));
          });
    }
    if (found.isEmpty()) {
      throw new DataException(
          classFolder
              + " has no folders train and test, as its siblings have them. Sort its files into"
              + " such folders, or move it away");
    }
  }

  private static void add(
      Map<String, List<Branch>> branches, Path root, String split, List<Branch> classes) {
    if (branches.put(split, classes) != null) {
      throw twice(root, split);
    }
  }

  private static DataException twice(Path folder, String split) {
    return new DataException(
        folder + " has two folders for the split '" + split + "'. Rename or remove one");
  }

  private static List<Branch> classes(Path folder) {
    return Folders.folders(folder).stream()
        .map(f -> new Branch(ClassNames.composed(Folders.name(f)), f))
        .toList();
  }

  private static Optional<String> split(Path folder) {
    return SplitFolders.canonical(Folders.name(folder));
  }
}
