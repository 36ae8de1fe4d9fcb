package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.LabelledCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folders of one's own: clouds with labels inside or in a file of the same name beside them, in a
 * folder per split or in one; folders below say what objects are. Toronto-3D and the classes of LAS
 * are known by their names.
 */
final class OwnClouds implements CloudFinder {
  private static final List<String> BESIDE =
      List.of(".labels.npy", ".labels.txt", ".seg", ".label");
  private static final List<String> NAMES = List.of("classes.txt", "labels.txt");

  /** More values than these are no labels. */
  private static final int MOST = 100;

  /** How many clouds are asked. */
  private static final int ASKED = 5;

  private static final Map<Integer, String> TORONTO =
      Map.of(
          0, "unlabelled",
          1, "ground",
          2, "road markings",
          3, "natural",
          4, "building",
          5, "utility line",
          6, "pole",
          7, "car",
          8, "fence");

  private static final double TORONTO_BLOCK = 10;
  private static final double LAS_BLOCK = 20;

  @Override
  public boolean matches(Path root, CloudLayout.Options options) {
    if (!Files.isDirectory(root)) {
      return false;
    }
    List<Path> files = clouds(root);
    return !files.isEmpty() && labelled(root, files, options);
  }

  private static List<Path> clouds(Path folder) {
    return Folders.below(folder, f -> CloudFile.isKnown(f) && !isBeside(f) && !isList(f)).files();
  }

  private static boolean isBeside(Path file) {
    String name = Folders.name(file).toLowerCase(Locale.ROOT);
    return BESIDE.stream().anyMatch(name::endsWith);
  }

  private static boolean isList(Path file) {
    String name = Folders.name(file).toLowerCase(Locale.ROOT);
    return NAMES.contains(name) || name.startsWith("readme");
  }

  /** A few clouds tell, as one may be broken: by names and headers, else by what is in them. */
  private static boolean labelled(Path root, List<Path> files, CloudLayout.Options options) {
    return options.label() != null
        || files.stream().limit(ASKED).anyMatch(file -> labelled(root, file));
  }

  private static boolean labelled(Path root, Path file) {
    if (beside(file).isPresent() || CloudFile.hasLabels(file, null)) {
      return true;
    }
    Path folder = file.getParent();
    boolean sorted =
        folder != null
            && !folder.equals(root)
            && SplitFolders.canonical(Folders.name(folder)).isEmpty();
    if (sorted) {
      return false; // clouds in folders of their classes
    }
    if (Folders.extension(file).equals("las")) {
      return true;
    }
    try {
      int[] labels = CloudFile.labelled(file, (String) null).labels();
      return Arrays.stream(labels).distinct().count() <= MOST;
    } catch (DataException e) {
      return false;
    }
  }

  private static Optional<Path> beside(Path cloud) {
    String name = Folders.name(cloud);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return BESIDE.stream()
        .map(end -> cloud.resolveSibling(stem + end))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  @Override
  public CloudSplits find(Path root, CloudLayout.Options options) {
    Map<String, List<CloudEntry>> splits = new LinkedHashMap<>();
    if (SplitFolders.recognises(root)) {
      Map<String, List<CloudEntry>> ordered =
          new TreeMap<>(Comparator.comparingInt(SplitFolders::order));
      for (Path folder : Folders.folders(root)) {
        SplitFolders.canonical(Folders.name(folder))
            .ifPresent(split -> ordered.put(split, entries(root, folder, options)));
      }
      splits.putAll(ordered);
    } else {
      splits.put(PlainFolder.ALL, entries(root, root, options));
    }
    List<CloudEntry> all = splits.values().stream().flatMap(List::stream).toList();
    if (all.stream().allMatch(e -> Folders.name(e.file()).matches("L00[1-4]\\.ply"))) {
      return toronto(all);
    }
    boolean las = all.stream().allMatch(e -> Folders.extension(e.file()).equals("las"));
    CloudCode code = table(root);
    if (code == null && las) {
      code = LasClasses.of(all);
    }
    String how =
        all.isEmpty() ? "" : beside(all.get(0).file()).isPresent() ? " in files beside them" : "";
    return new CloudSplits(
        las ? "LAS with classes of points" : "clouds with labels of points" + how,
        splits,
        code,
        las ? LAS_BLOCK : 0,
        List.of());
  }

  private static CloudSplits toronto(List<CloudEntry> all) {
    Map<String, List<CloudEntry>> splits = new LinkedHashMap<>();
    for (CloudEntry entry : all) {
      String split = Folders.name(entry.file()).equals("L002.ply") ? "test" : "train";
      splits.computeIfAbsent(split, k -> new ArrayList<>()).add(entry);
    }
    return new CloudSplits(
        "Toronto-3D", splits, CloudCode.named(TORONTO), TORONTO_BLOCK, List.of());
  }

  private static @Nullable CloudCode table(Path root) {
    for (String name : NAMES) {
      if (Files.isRegularFile(root.resolve(name))) {
        return CloudCode.named(ClassNames.read(root.resolve(name)));
      }
    }
    return null;
  }

  private static List<CloudEntry> entries(Path root, Path folder, CloudLayout.Options options) {
    List<CloudEntry> entries = new ArrayList<>();
    for (Path file : clouds(folder)) {
      Path parent = file.getParent();
      String category =
          parent == null || parent.equals(folder)
              ? null
              : ClassNames.composed(Folders.name(parent));
      entries.add(
          new CloudEntry(
              Folders.relative(root, file), file, category, () -> read(file, options.label())));
    }
    return entries;
  }

  private static LabelledCloud read(Path file, @Nullable String label) {
    Optional<Path> beside = label == null ? beside(file) : Optional.empty();
    return beside.isPresent()
        ? CloudFile.labelled(file, beside.get())
        : CloudFile.labelled(file, label);
  }

  /** The classes of the standard of laser scanning that occur; 0 and 1 mean none. */
  private static final class LasClasses {
    private static final Map<Integer, String> STANDARD = new TreeMap<>();

    static {
      String[] names = {
        "never classified",
        "unclassified",
        "ground",
        "low vegetation",
        "medium vegetation",
        "high vegetation",
        "building",
        "low noise",
        "model key point",
        "water",
        "rail",
        "road surface",
        "overlap",
        "wire guard",
        "wire conductor",
        "transmission tower",
        "wire connector",
        "bridge deck",
        "high noise"
      };
      for (int i = 0; i < names.length; i++) {
        STANDARD.put(i, names[i]);
      }
    }

    static CloudCode of(List<CloudEntry> entries) {
      CloudCode seen =
          CloudScan.inferred(
              Objects.requireNonNull(entries.get(0).file().toAbsolutePath().getParent()), entries);
      Map<Integer, String> names = new TreeMap<>();
      names.put(0, STANDARD.get(0));
      names.put(1, STANDARD.get(1));
      seen.values()
          .keySet()
          .forEach(value -> names.put(value, STANDARD.getOrDefault(value, "class " + value)));
      return CloudCode.named(names);
    }
  }
}
