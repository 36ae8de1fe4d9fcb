package dev.adapterx.data;

import dev.adapterx.base.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A folder per split with a folder per class inside: {@code root/train/class/image.jpg}, likewise
 * {@code val} (or {@code valid}, {@code validation}) and {@code test}. Labels of all splits come
 * from the class folders of {@code train}, so that a class missing from {@code test} shifts none.
 */
public final class SplitFolders implements Layout {
  private static final Map<String, String> CANONICAL =
      Map.of("train", "train", "val", "val", "valid", "val", "validation", "val", "test", "test");

  private final Path root;
  private final Map<String, Path> folders;

  SplitFolders(Path root) {
    this.root = root;
    this.folders = new TreeMap<>(java.util.Comparator.comparingInt(SplitFolders::order));
    for (Path folder : Folders.folders(root)) {
      canonical(Folders.name(folder)).ifPresent(split -> put(split, folder));
    }
  }

  /** A folder called train, or nothing but folders named like splits. */
  public static boolean recognises(Path root) {
    List<String> names = Folders.folders(root).stream().map(Folders::name).toList();
    List<String> splits = names.stream().flatMap(n -> canonical(n).stream()).toList();
    return splits.contains("train") || (!splits.isEmpty() && splits.size() == names.size());
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String description() {
    List<String> names = folders.values().stream().map(Folders::name).toList();
    return "one folder per split (" + String.join(", ", names) + ") and class";
  }

  @Override
  public List<String> splits() {
    return List.copyOf(folders.keySet());
  }

  @Override
  public Optional<String> split(Role role) {
    String name =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    return Optional.of(name).filter(folders::containsKey);
  }

  @Override
  public FileDataset open(String split) {
    String name = canonical(split).orElse(split);
    Layout.existing(this, name, "");
    Path folder = folders.getOrDefault(name, root);
    Path train = folders.get("train");
    return train == null || name.equals("train")
        ? ImageFolder.open(folder)
        : ImageFolder.open(folder, ImageFolder.classes(train));
  }

  private void put(String split, Path folder) {
    Path before = folders.put(split, folder);
    if (before != null) {
      throw new DataException(
          root
              + " has two folders for the split '"
              + split
              + "': "
              + Folders.name(before)
              + " and "
              + Folders.name(folder)
              + ". Rename or remove one");
    }
  }

  /** train, val or test, if the name of a folder means one of them. */
  public static Optional<String> canonical(String name) {
    return Optional.ofNullable(CANONICAL.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Where a split stands among the others. */
  public static int order(String split) {
    return List.of("train", "val", "test").indexOf(split);
  }
}
