package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Names of the classes of an HDF5 file, from files beside it: {@code classes.json} under the
 * label's suffix ({@code label_common} → {@code common}; {@code label} → {@code coarse} or {@code
 * classes}), else {@code classes.txt} or {@code shape_names.txt}, else the numbers.
 */
final class H5Classes {
  private static final long LARGEST_LIST = 16L << 20;

  private H5Classes() {}

  /**
   * Names for labels 0 … {@code largest}.
   *
   * @throws DataException when a list names fewer, or the number of classes is implausible
   */
  static List<String> of(Path folder, String label, int largest) {
    Path json = folder.resolve("classes.json");
    if (Files.isRegularFile(json)) {
      JsonNode tree = read(json);
      for (String key : keys(label)) {
        JsonNode list = tree.path(key);
        if (list.isArray()) {
          return fitting(json + ":" + key, strings(json, key, list), label, largest);
        }
      }
    }
    for (String name : List.of("classes.txt", "shape_names.txt")) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return fitting(file.toString(), ClassNames.read(file), label, largest);
      }
    }
    if (largest >= ClassNames.MOST) {
      throw new DataException(
          "%s: dataset '%s' has a label %d; that is no class number"
              .formatted(folder, label, largest));
    }
    return ClassNames.numbered(largest + 1);
  }

  /** The names under a key of {@code classes.json}; empty where there are none. */
  static List<String> listed(Path folder, String key) {
    Path json = folder.resolve("classes.json");
    if (!Files.isRegularFile(json)) {
      return List.of();
    }
    JsonNode list = read(json).path(key);
    return list.isArray() ? strings(json, key, list) : List.of();
  }

  private static List<String> keys(String label) {
    int suffix = label.indexOf('_');
    String kind = suffix < 0 ? label : label.substring(suffix + 1);
    return label.equals("label")
        ? List.of("coarse", "classes", "label")
        : List.of(kind, kind + "s", label);
  }

  private static List<String> fitting(String where, List<String> names, String label, int largest) {
    if (names.size() > largest) {
      return names;
    }
    throw new DataException(
        "%s names %d classes, but dataset '%s' has labels up to %d. Add the missing names, or choose the label dataset this list belongs to"
            .formatted(where, names.size(), label, largest));
  }

  private static List<String> strings(Path file, String key, JsonNode list) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode item : list) {
      if (!item.isString() || !names.add(item.stringValue())) {
        throw new DataException(
            file + ":" + key + "[" + names.size() + "]: expected a new name, found " + item);
      }
    }
    return List.copyOf(names);
  }

  private static JsonNode read(Path file) {
    try {
      if (Files.size(file) > LARGEST_LIST) {
        throw new DataException(file + " is too large to be a list of classes");
      }
      return Settings.json().readTree(Files.readAllBytes(file));
    } catch (IOException | JacksonException e) {
      throw new DataException(
          "Could not read " + file + " as lists of class names: " + e.getMessage(), e);
    }
  }
}
