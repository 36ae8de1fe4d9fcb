package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder per class with a folder per split inside: {@code root/class/train/image.jpg}, named as
 * those of {@link SplitFolders}. Classes are the outer folders, the same for all splits.
 */
public record SplitsInClasses(Path root) implements Layout {
  private static final List<String> KNOWN = List.of("train", "val", "test");

  /** Whether every folder holds folders named like splits and nothing else. */
  static boolean recognises(Path root) {
    List<Path> classes = Folders.folders(root);
    return classes.size() > 1 && classes.stream().allMatch(SplitsInClasses::hasOnlySplits);
  }

  private static boolean hasOnlySplits(Path folder) {
    List<Path> inside = Folders.folders(folder);
    return !inside.isEmpty() && inside.stream().allMatch(f -> split(f).isPresent());
  }

  private static Optional<String> split(Path folder) {
    return SplitFolders.canonical(Folders.name(folder));
  }

  @Override
  public String description() {
    return "one folder per class and split (" + String.join(", ", splits()) + ")";
  }

  @Override
  public List<String> splits() {
    List<String> found =
        Folders.folders(root).stream()
            .flatMap(folder -> Folders.folders(folder).stream())
            .flatMap(folder -> split(folder).stream())
            .toList();
    return KNOWN.stream().filter(found::contains).toList();
  }

  @Override
  public Optional<String> split(Role role) {
    String name =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    return Optional.of(name).filter(splits()::contains);
  }

  @Override
  public FileDataset open(String split) {
    String name = SplitFolders.canonical(split).orElse(split);
    Layout.existing(this, name, "");
    List<String> classes = ImageFolder.classes(root);
    List<String> empty = new ArrayList<>();
    List<FileDataset.Sample> samples = new ArrayList<>();
    int ignored = Folders.files(root);
    for (int label = 0; label < classes.size(); label++) {
      int before = samples.size();
      for (Path folder : Folders.folders(root.resolve(classes.get(label)))) {
        if (split(folder).equals(Optional.of(name))) {
          Folders.Found images = Folders.images(folder);
          for (Path file : images.files()) {
            samples.add(new FileDataset.Sample(file, Folders.relative(root, file), label));
          }
          ignored += images.ignored();
        }
      }
      if (samples.size() == before) {
        empty.add(classes.get(label));
      }
    }
    if (samples.isEmpty() || (name.equals("train") && !empty.isEmpty())) {
      throw new DataException(
          "%s: no images for %d of the %d classes in the split '%s': %s. Add images or remove the folders"
              .formatted(root, empty.size(), classes.size(), name, Names.some(empty)));
    }
    return new FileDataset(samples, classes, ignored);
  }
}
