package dev.adapterx.dense.cloud;

import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.points.format.CloudFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * SemanticKITTI: {@code sequences/NN/velodyne/ID.bin} with {@code labels/ID.label}, 34 values of
 * which 19 classes are made; sequence 08 is the validation. Scans without labels, as those of the
 * test sequences, are left out.
 */
final class KittiScans implements CloudFinder {
  private static final List<String> CLASSES =
      List.of(
          "car",
          "bicycle",
          "motorcycle",
          "truck",
          "other-vehicle",
          "person",
          "bicyclist",
          "motorcyclist",
          "road",
          "parking",
          "sidewalk",
          "other-ground",
          "building",
          "fence",
          "vegetation",
          "trunk",
          "terrain",
          "pole",
          "traffic-sign");

  /** Values of each class, in their order. */
  private static final int[][] VALUES = {
    {10, 252},
    {11},
    {15},
    {18, 258},
    {13, 16, 20, 256, 257, 259},
    {30, 254},
    {31, 253},
    {32, 255},
    {40, 60},
    {44},
    {48},
    {49},
    {50},
    {51},
    {70},
    {71},
    {72},
    {80},
    {81}
  };

  private static final Set<Integer> IGNORED = Set.of(0, 1, 52, 99);
  private static final String VALIDATION = "08";
  private static final double BLOCK = 10;

  @Override
  public boolean matches(Path root, CloudLayout.Options options) {
    return sequences(root).stream().anyMatch(KittiScans::isSequence);
  }

  private static boolean isSequence(Path folder) {
    return Files.isDirectory(folder.resolve("velodyne"))
        && Files.isDirectory(folder.resolve("labels"));
  }

  private static List<Path> sequences(Path root) {
    for (String below : List.of("sequences", "dataset/sequences")) {
      if (Files.isDirectory(root.resolve(below))) {
        return Folders.folders(root.resolve(below));
      }
    }
    return Files.isDirectory(root) ? List.of(root) : List.of();
  }

  @Override
  public CloudSplits find(Path root, CloudLayout.Options options) {
    Map<String, List<CloudEntry>> splits = new LinkedHashMap<>();
    List<String> left = new ArrayList<>();
    for (Path sequence : sequences(root)) {
      if (!isSequence(sequence)) {
        left.add(Folders.name(sequence) + " (no labels)");
        continue;
      }
      String split =
          sequence.equals(root)
              ? PlainFolder.ALL
              : Folders.name(sequence).equals(VALIDATION) ? "val" : "train";
      List<CloudEntry> entries = splits.computeIfAbsent(split, k -> new ArrayList<>());
      for (Path scan : Folders.visibleFiles(sequence.resolve("velodyne"))) {
        String id = Folders.name(scan).replaceFirst("\\.bin$", "");
        Path labels = sequence.resolve("labels").resolve(id + ".label");
        String name = Folders.relative(root, scan);
        if (!Folders.extension(scan).equals("bin")) {
          continue;
        }
        if (Files.isRegularFile(labels)) {
          entries.add(new CloudEntry(name, scan, null, () -> CloudFile.labelled(scan, labels)));
        } else {
          left.add(name + " (no labels)");
        }
      }
    }
    return new CloudSplits("SemanticKITTI", splits, code(), BLOCK, left);
  }

  static CloudCode code() {
    Map<Integer, Integer> values = new HashMap<>();
    for (int c = 0; c < VALUES.length; c++) {
      for (int value : VALUES[c]) {
        values.put(value, c);
      }
    }
    return new CloudCode(CLASSES, values, IGNORED, List.of(), false);
  }
}
