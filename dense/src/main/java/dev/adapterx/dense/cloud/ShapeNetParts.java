package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.LabelledCloud;
import dev.adapterx.dense.parts.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * ShapeNetPart as it is published: {@code synsetoffset2category.txt}, below the number of each
 * category clouds of seven columns ({@code …_v0_normal}, the last is the part of 50), or {@code
 * points/ID.pts} with {@code points_label/ID.seg} (v0, parts from 1 within the category); lists of
 * the splits in {@code train_test_split}. What no list names is left out.
 */
final class ShapeNetParts implements CloudFinder {
  private static final String TABLE = "synsetoffset2category.txt";

  /** Parts of each category, in the order of the table. */
  private static final Map<String, Integer> PARTS = new LinkedHashMap<>();

  static {
    String[] names = {
      "Airplane",
      "Bag",
      "Cap",
      "Car",
      "Chair",
      "Earphone",
      "Guitar",
      "Knife",
      "Lamp",
      "Laptop",
      "Motorbike",
      "Mug",
      "Pistol",
      "Rocket",
      "Skateboard",
      "Table"
    };
    int[] parts = {4, 2, 2, 4, 4, 3, 3, 2, 4, 2, 6, 2, 3, 3, 3, 3};
    for (int i = 0; i < names.length; i++) {
      PARTS.put(names[i], parts[i]);
    }
  }

  /** Its 50 parts, called by their category and number, and its 16 categories. */
  static CloudCode code() {
    List<String> classes = new ArrayList<>();
    List<Category> categories = new ArrayList<>();
    PARTS.forEach(
        (name, count) -> {
          int first = classes.size();
          categories.add(
              new Category(name, IntStream.range(first, first + count).boxed().toList()));
          IntStream.range(0, count).forEach(i -> classes.add(name + "/" + i));
        });
    return CloudCode.named(classes).of(categories);
  }

  @Override
  public boolean matches(Path root, CloudLayout.Options options) {
    return Files.isRegularFile(root.resolve(TABLE));
  }

  @Override
  public CloudSplits find(Path root, CloudLayout.Options options) {
    Map<String, String> categories = new LinkedHashMap<>();
    TextLines.read(
        root.resolve(TABLE),
        (line, number) -> {
          String[] fields = line.strip().split("\\s+", -1);
          if (fields.length != 2 || !PARTS.containsKey(fields[0])) {
            throw new DataException(
                "%s:%d: expected a category of ShapeNetPart and its number, found %s"
                    .formatted(root.resolve(TABLE), number, line));
          }
          categories.put(fields[1], fields[0]);
        });
    List<String> left = new ArrayList<>();
    Map<String, List<CloudEntry>> splits = new LinkedHashMap<>();
    for (String split : List.of("train", "val", "test")) {
      Path list = root.resolve("train_test_split/shuffled_" + split + "_file_list.json");
      if (Files.isRegularFile(list)) {
        splits.put(split, listed(root, list, categories, left));
      }
    }
    if (splits.isEmpty()) {
      throw new DataException(
          root
              + " has no lists of splits; expected train_test_split/shuffled_train_file_list.json"
              + " and those of val and test");
    }
    return new CloudSplits("ShapeNetPart", splits, code(), 0, left);
  }

  private static List<CloudEntry> listed(
      Path root, Path list, Map<String, String> categories, List<String> left) {
    List<CloudEntry> entries = new ArrayList<>();
    for (JsonNode item : json(list)) {
      String[] place = item.asString("").split("/", -1);
      String category = place.length == 3 ? categories.get(place[1]) : null;
      if (category == null) {
        left.add(Folders.name(list) + ": " + item + " is of no known category");
        continue;
      }
      Path folder = root.resolve(place[1]);
      Path plain = folder.resolve(place[2] + ".txt");
      Path points = folder.resolve("points").resolve(place[2] + ".pts");
      Path labels = folder.resolve("points_label").resolve(place[2] + ".seg");
      if (Files.isRegularFile(plain)) {
        entries.add(entry(root, plain, category, () -> CloudFile.labelled(plain, "7")));
      } else if (Files.isRegularFile(points) && Files.isRegularFile(labels)) {
        entries.add(entry(root, points, category, () -> global(points, labels, category)));
      } else {
        left.add(Folders.name(list) + ": no file of " + place[1] + "/" + place[2]);
      }
    }
    return entries;
  }

  private static CloudEntry entry(
      Path root, Path file, String category, java.util.function.Supplier<LabelledCloud> reading) {
    return new CloudEntry(Folders.relative(root, file), file, category, reading);
  }

  /** Parts of v0 count from 1 within their category. */
  private static LabelledCloud global(Path points, Path labels, String category) {
    int first = 0;
    for (Map.Entry<String, Integer> one : PARTS.entrySet()) {
      if (one.getKey().equals(category)) {
        break;
      }
      first += one.getValue();
    }
    LabelledCloud read = CloudFile.labelled(points, labels);
    int[] global = new int[read.labels().length];
    for (int i = 0; i < global.length; i++) {
      int part = read.labels()[i];
      if (part < 1 || part > PARTS.getOrDefault(category, 0)) {
        throw new DataException(
            "%s: point %d (counted from 0) has part %d; %s has parts 1 … %d"
                .formatted(labels, i, part, category, PARTS.get(category)));
      }
      global[i] = first + part - 1;
    }
    return new LabelledCloud(read.cloud(), global);
  }

  private static JsonNode json(Path list) {
    try {
      JsonNode all = Settings.json().readTree(Files.readAllBytes(list));
      if (!all.isArray()) {
        throw new DataException(list + ": expected a list of names of clouds");
      }
      return all;
    } catch (IOException | JacksonException e) {
      throw new DataException("Could not read " + list + ": " + e.getMessage(), e);
    }
  }
}
