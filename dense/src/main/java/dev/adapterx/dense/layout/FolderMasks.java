package dev.adapterx.dense.layout;

import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folders of one's own: pictures in {@code images}, masks in {@code masks}, {@code labels}, {@code
 * annotations} or the like. Splits are folders below both, folders that hold both, or lists beside
 * both that name a picture, or a picture and its mask, on each line; without any the split is
 * called {@code all}.
 */
final class FolderMasks implements MaskFinder {
  private static final Set<String> PICTURES =
      Set.of("images", "image", "imgs", "img", "pictures", "photos", "jpegimages", "input");
  private static final Set<String> MASKS =
      Set.of(
          "masks",
          "mask",
          "labels",
          "label",
          "annotations",
          "annotation",
          "gt",
          "ground_truth",
          "groundtruth",
          "segmentation",
          "segmentations",
          "segmentationclass",
          "seg",
          "targets");

  /** The two folders of a split or of all. */
  private record Two(Path pictures, Path masks) {}

  @Override
  public boolean matches(Path root) {
    return two(root).isPresent() || !splits(root).isEmpty();
  }

  private static Optional<Two> two(Path root) {
    Path pictures = named(root, PICTURES);
    Path masks = named(root, MASKS);
    return pictures != null && masks != null && hasImages(pictures) && hasImages(masks)
        ? Optional.of(new Two(pictures, masks))
        : Optional.empty();
  }

  private static @Nullable Path named(Path root, Set<String> names) {
    List<Path> found =
        Folders.folders(root).stream()
            .filter(f -> names.contains(Folders.name(f).toLowerCase(Locale.ROOT)))
            .toList();
    return found.size() == 1 ? found.get(0) : null;
  }

  /** Folders labels of other layouts hold text. */
  private static boolean hasImages(Path folder) {
    if (Folders.visibleFiles(folder).stream().anyMatch(Folders::isImage)) {
      return true;
    }
    return Folders.folders(folder).stream().anyMatch(FolderMasks::hasImages);
  }

  private static Map<String, Two> splits(Path root) {
    Map<String, Two> splits = new LinkedHashMap<>();
    for (Path folder : Folders.folders(root)) {
      if (SplitFolders.canonical(Folders.name(folder)).isPresent()) {
        two(folder).ifPresent(two -> splits.put(Folders.name(folder), two));
      }
    }
    return splits;
  }

  @Override
  public MaskSplits find(Path root) {
    MaskCode code = ClassTable.of(root, Set.of(MaskLayout.USUALLY_IGNORED)).orElse(null);
    Map<String, Pairs> pairs = new LinkedHashMap<>();
    Map<String, Two> within = splits(root);
    if (!within.isEmpty()) {
      within.forEach((split, two) -> pairs.put(split, Pairs.of(root, two.pictures, two.masks)));
      return new MaskSplits("a folder per split with pictures and masks in it", pairs, code, true);
    }
    Two two = two(root).orElseThrow();
    String places = Folders.name(two.pictures) + " and " + Folders.name(two.masks);
    List<Path> lists = lists(root);
    if (!lists.isEmpty()) {
      for (Path list : lists) {
        pairs.put(Pairs.stem(Folders.name(list)), listed(root, two, list));
      }
      return new MaskSplits(
          "pictures and masks in " + places + " with lists of splits", pairs, code, true);
    }
    for (Path folder : Folders.folders(two.pictures)) {
      String name = Folders.name(folder);
      Path masks = two.masks.resolve(name);
      if (SplitFolders.canonical(name).isPresent() && Files.isDirectory(masks)) {
        pairs.put(name, Pairs.of(root, folder, masks));
      }
    }
    if (!pairs.isEmpty()) {
      return new MaskSplits(
          "pictures and masks in " + places + ", a folder per split", pairs, code, true);
    }
    pairs.put(PlainFolder.ALL, Pairs.of(root, two.pictures, two.masks));
    return new MaskSplits("pictures and masks in " + places, pairs, code, true);
  }

  private static List<Path> lists(Path root) {
    return Folders.visibleFiles(root).stream()
        .filter(f -> Folders.extension(f).equals("txt"))
        .filter(f -> SplitFolders.canonical(Pairs.stem(Folders.name(f))).isPresent())
        .toList();
  }

  /** Pairs of a list; what it names and is not there is left out by name. */
  private static Pairs listed(Path root, Two two, Path list) {
    Pairs all = Pairs.of(root, two.pictures, two.masks);
    Map<String, Pair> byName = new LinkedHashMap<>();
    for (Pair pair : all.found()) {
      byName.put(pair.name(), pair);
      byName.putIfAbsent(Pairs.stem(Folders.relative(two.pictures, pair.picture())), pair);
      byName.putIfAbsent(Folders.relative(two.pictures, pair.picture()), pair);
    }
    List<Pair> found = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    TextLines.read(
        list,
        (line, number) -> {
          Pair pair = byName.get(line.replace('\\', '/'));
          if (pair == null) {
            pair = told(root, line);
          }
          if (pair == null) {
            pair = byName.get(line.split("[\\s,;]+", 2)[0].replace('\\', '/'));
          }
          if (pair == null) {
            alone.add(Folders.name(list) + ":" + number + " " + line);
          } else {
            found.add(pair);
          }
        });
    return new Pairs(found, alone, List.of());
  }

  /** A picture and its mask on one line, with a blank, a tab or a comma between them. */
  private static @Nullable Pair told(Path root, String line) {
    for (int i = 1; i < line.length() - 1; i++) {
      if (" \t,;".indexOf(line.charAt(i)) >= 0) {
        Path picture = below(root, line.substring(0, i).strip());
        Path mask = below(root, line.substring(i + 1).strip());
        if (picture != null && mask != null) {
          return new Pair(picture, mask, Folders.relative(root, picture));
        }
      }
    }
    return null;
  }

  /** As it stands, or without the folders above the data set that another machine had. */
  static @Nullable Path below(Path root, String told) {
    String path = told.replace('\\', '/');
    while (!path.isEmpty()) {
      try {
        Path file = root.resolve(path.startsWith("/") ? path.substring(1) : path).normalize();
        if (file.startsWith(root.normalize()) && Files.isRegularFile(file)) {
          return file;
        }
      } catch (InvalidPathException e) {
        return null;
      }
      int next = path.indexOf('/', path.startsWith("/") ? 1 : 0);
      path = next < 0 ? "" : path.substring(next + 1);
    }
    return null;
  }
}
