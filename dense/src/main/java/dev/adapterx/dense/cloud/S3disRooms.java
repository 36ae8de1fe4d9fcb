package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.LabelledCloud;
import dev.adapterx.data.points.format.MeshSampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * S3DIS: {@code Area_k/ROOM/Annotations/CLASS_n.txt}, or the rooms as arrays {@code
 * Area_k_ROOM.npy} of seven columns. Area 5 is the test, as usual; each area is a split too.
 * Objects of no known class are clutter.
 */
final class S3disRooms implements CloudFinder {
  private static final List<String> CLASSES =
      List.of(
          "ceiling",
          "floor",
          "wall",
          "beam",
          "column",
          "window",
          "door",
          "table",
          "chair",
          "sofa",
          "bookcase",
          "board",
          "clutter");

  private static final Pattern AREA = Pattern.compile("(Area_\\d+)(_.*\\.npy)?");
  private static final String TEST = "Area_5";
  private static final double BLOCK = 1;

  @Override
  public boolean matches(Path root, CloudLayout.Options options) {
    return (Files.isDirectory(root) && !arrays(root).isEmpty()) || !areas(root).isEmpty();
  }

  private static List<Path> areas(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    return Folders.folders(root).stream()
        .filter(f -> AREA.matcher(Folders.name(f)).matches())
        .filter(f -> Folders.folders(f).stream().anyMatch(S3disRooms::isRoom))
        .toList();
  }

  private static boolean isRoom(Path folder) {
    return Files.isDirectory(folder.resolve("Annotations"));
  }

  private static List<Path> arrays(Path root) {
    return Folders.visibleFiles(root).stream()
        .filter(f -> Folders.name(f).endsWith(".npy") && AREA.matcher(Folders.name(f)).matches())
        .toList();
  }

  @Override
  public CloudSplits find(Path root, CloudLayout.Options options) {
    Map<String, List<CloudEntry>> areas = new LinkedHashMap<>();
    List<String> left = new ArrayList<>();
    for (Path area : areas(root)) {
      for (Path room : Folders.folders(area)) {
        if (isRoom(room)) {
          String name = Folders.relative(root, room);
          areas
              .computeIfAbsent(Folders.name(area), k -> new ArrayList<>())
              .add(new CloudEntry(name, room, null, () -> room(room)));
        } else {
          left.add(Folders.relative(root, room) + " (no Annotations)");
        }
      }
    }
    for (Path array : arrays(root)) {
      Matcher matcher = AREA.matcher(Folders.name(array));
      if (matcher.matches()) {
        areas
            .computeIfAbsent(matcher.group(1), k -> new ArrayList<>())
            .add(
                new CloudEntry(
                    Folders.name(array), array, null, () -> CloudFile.labelled(array, "7")));
      }
    }
    Map<String, List<CloudEntry>> splits = new LinkedHashMap<>();
    List<CloudEntry> train = new ArrayList<>();
    areas.forEach((area, rooms) -> train.addAll(area.equals(TEST) ? List.of() : rooms));
    if (areas.containsKey(TEST) && !train.isEmpty()) {
      splits.put("train", train);
      splits.put("test", areas.get(TEST));
    }
    splits.putAll(areas);
    return new CloudSplits("S3DIS", splits, CloudCode.named(CLASSES), BLOCK, left);
  }

  /** All objects of a room, one after the other. */
  private static LabelledCloud room(Path room) {
    List<float[]> objects = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    int points = 0;
    int leftOut = 0;
    for (Path file : Folders.visibleFiles(room.resolve("Annotations"))) {
      if (!Folders.extension(file).equals("txt")) {
        continue;
      }
      String name = Folders.name(file).replaceFirst("_.*", "").replaceFirst("\\.txt$", "");
      PointCloud object = CloudFile.read(file, new MeshSampling(1, 0));
      objects.add(object.xyz());
      int index = CLASSES.indexOf(name);
      classes.add(index < 0 ? CLASSES.size() - 1 : index);
      points = Math.addExact(points, object.size());
      leftOut += object.leftOut();
    }
    if (points == 0) {
      throw new DataException(room + ": no objects; expected files CLASS_1.txt in Annotations");
    }
    float[] xyz = new float[Math.multiplyExact(3, points)];
    int[] labels = new int[points];
    int at = 0;
    for (int i = 0; i < objects.size(); i++) {
      float[] own = objects.get(i);
      System.arraycopy(own, 0, xyz, 3 * at, own.length);
      java.util.Arrays.fill(labels, at, at + own.length / 3, classes.get(i));
      at += own.length / 3;
    }
    return new LabelledCloud(new PointCloud(xyz, leftOut), labels);
  }
}
