package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Sorts ShapeNetPart's clouds into {@code train/chair/ID.txt}: its archive has a folder per class,
 * named by its WordNet number, and the splits as lists (Yi et al., "A Scalable Active Framework for
 * Region Annotation in 3D Shape Collections", SIGGRAPH Asia 2016; lists of PointNet++). Clouds in
 * none of the lists are left out.
 */
final class ShapeNetSplits {
  static final String POINTS = "points";
  static final String LISTS = "train_test_split";

  private static final Map<String, String> CLASSES = new LinkedHashMap<>();

  static {
    CLASSES.put("02691156", "airplane");
    CLASSES.put("02773838", "bag");
    CLASSES.put("02954340", "cap");
    CLASSES.put("02958343", "car");
    CLASSES.put("03001627", "chair");
    CLASSES.put("03261776", "earphone");
    CLASSES.put("03467517", "guitar");
    CLASSES.put("03624134", "knife");
    CLASSES.put("03636649", "lamp");
    CLASSES.put("03642806", "laptop");
    CLASSES.put("03790512", "motorbike");
    CLASSES.put("03797390", "mug");
    CLASSES.put("03948459", "pistol");
    CLASSES.put("04099429", "rocket");
    CLASSES.put("04225987", "skateboard");
    CLASSES.put("04379243", "table");
  }

  private final Path folder;

  private ShapeNetSplits(Path folder) {
    this.folder = folder;
  }

  /**
   * Sorts the unpacked files.
   *
   * @throws DataException when a list is missing or wrong, or names a cloud that is not there
   */
  static void arrange(Path folder) {
    ShapeNetSplits splits = new ShapeNetSplits(folder);
    try {
      for (String split : List.of("train", "val", "test")) {
        splits.move(split);
      }
      Trees.delete(folder.resolve(POINTS));
      Trees.delete(folder.resolve(LISTS));
    } catch (IOException e) {
      throw new DataException("Could not sort the clouds in " + folder + ": " + Reason.of(e), e);
    }
  }

  private void move(String split) throws IOException {
    Path list = folder.resolve(LISTS).resolve("shuffled_" + split + "_file_list.json");
    for (String entry : entries(list)) {
      String[] names = entry.split("/", -1);
      String last = names[names.length - 1];
      String name = names.length < 2 ? null : CLASSES.get(names[names.length - 2]);
      if (name == null || !last.matches("[\\w.-]+") || last.startsWith(".")) {
        throw new DataException(
            "%s: expected entries such as shape_data/03001627/ID with one of the 16 classes, found '%s'"
                .formatted(list, entry));
      }
      Path cloud = folder.resolve(POINTS).resolve(names[names.length - 2]).resolve(last + ".txt");
      if (!Files.isRegularFile(cloud)) {
        throw new DataException("%s: '%s' has no file %s".formatted(list, entry, cloud));
      }
      Path place = folder.resolve(split).resolve(name).resolve(last + ".txt");
      Files.createDirectories(place.getParent());
      Files.move(cloud, place);
    }
  }

  private static List<String> entries(Path list) {
    try {
      List<String> entries = new ArrayList<>();
      for (JsonNode entry : Settings.json().readTree(SmallFile.text(list))) {
        entries.add(entry.asString(""));
      }
      if (!entries.isEmpty()) {
        return entries;
      }
    } catch (IOException | JacksonException e) {
      throw new DataException(list + " cannot be read as a list of clouds: " + e.getMessage(), e);
    }
    throw new DataException(list + " lists no cloud");
  }
}
