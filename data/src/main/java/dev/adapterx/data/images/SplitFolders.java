package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder per split with a folder per class inside: {@code root/train/class/image.jpg}, likewise
 * {@code val} and {@code test}, or other names that mean the same; see {@link #canonical}. Labels
 * of all splits come from the class folders of {@code train}, so that a class missing from {@code
 * test} shifts none.
 */
public final class SplitFolders implements Layout {
  private static final Map<String, String> CANONICAL =
      Map.of(
          "train",
          "train",
          "training",
          "train",
          "val",
          "val",
          "valid",
          "val",
          "validation",
          "val",
          "test",
          "test",
          "testing",
          "test");
  private static final Pattern NAME =
      Pattern.compile(
          "(train|training|val|valid|validation|test|testing)([ _-]?(set|data|split))?");

  private final Path root;
  private final Map<String, Path> folders;

  SplitFolders(Path root) {
    this.root = root;
    this.folders = new TreeMap<>(java.util.Comparator.comparingInt(SplitFolders::order));
    for (Path folder : Folders.folders(root)) {
      canonical(Folders.name(folder)).ifPresent(split -> put(split, folder));
    }
  }

  /**
   * Nothing but folders named like splits; or, among others, a training split beside a validation
   * or test split, or one that has folders inside. A folder of photographs of trains is none.
   */
  public static boolean recognises(Path root) {
    List<Path> folders = Folders.folders(root);
    List<Path> named = folders.stream().filter(f -> split(f).isPresent()).toList();
    if (named.isEmpty() || named.size() == folders.size()) {
      return !named.isEmpty();
    }
    List<Path> train = named.stream().filter(f -> split(f).equals(Optional.of("train"))).toList();
    return !train.isEmpty()
        && (named.size() > train.size()
            || train.stream().anyMatch(f -> !Folders.folders(f).isEmpty()));
  }

  private static Optional<String> split(Path folder) {
    return canonical(Folders.name(folder));
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

  /**
   * train, val or test, if the name of a folder means one of them: {@code train}, {@code training},
   * {@code val}, {@code valid}, {@code validation}, {@code test}, {@code testing} in any case, each
   * also as {@code test_set}, {@code test-data} and the like.
   */
  public static Optional<String> canonical(String name) {
    Matcher split = NAME.matcher(name.toLowerCase(Locale.ROOT));
    return split.matches() ? Optional.ofNullable(CANONICAL.get(split.group(1))) : Optional.empty();
  }

  /** Where a split stands among the others. */
  public static int order(String split) {
    return List.of("train", "val", "test").indexOf(split);
  }
}
