package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.data.points.format.LabelledCloud;
import dev.adapterx.dense.parts.Category;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What labels are there, where no file says so: all are read once. */
final class CloudScan {
  /** Other whole numbers than labels, as intensities or times, have more. */
  private static final int MOST = 1000;

  /** What values a cloud has. */
  private record Seen(@Nullable String category, Set<Integer> values) {}

  private CloudScan() {}

  /**
   * A class for each value from 0 on, called by it.
   *
   * @throws DataException when no cloud can be read, or there are too many values or too few
   */
  static CloudCode inferred(Path root, List<CloudEntry> entries) {
    Set<Integer> values = new TreeSet<>();
    for (Seen seen : scanned(entries)) {
      values.addAll(seen.values);
    }
    values.removeIf(value -> value < 0);
    if (values.size() < 2) {
      throw new DataException(
          "%s: the labels of all points are %s; expected at least two classes"
              .formatted(root, values.isEmpty() ? "below 0, which means no class" : values));
    }
    if (values.size() > MOST) {
      throw new DataException(
          "%s: the labels have %d values, more than classes can be; name the right column by data.parts.label"
              .formatted(root, values.size()));
    }
    return CloudCode.named(
        values.stream()
            .collect(Collectors.toMap(value -> value, value -> Integer.toString(value))));
  }

  /** With the categories that clouds are said to be of, each with the parts that are seen in it. */
  static CloudCode withCategories(CloudCode code, List<CloudEntry> entries) {
    if (entries.stream().allMatch(e -> e.category() == null)) {
      return code;
    }
    Map<String, Set<Integer>> parts = new TreeMap<>();
    Map<Integer, String> of = new TreeMap<>();
    for (Seen seen : scanned(entries)) {
      if (seen.category == null) {
        return code;
      }
      Set<Integer> own = parts.computeIfAbsent(seen.category, k -> new TreeSet<>());
      for (int value : seen.values) {
        Integer index = code.ignored().contains(value) ? null : code.values().get(value);
        if (index != null) {
          own.add(index);
          if (!of.computeIfAbsent(index, k -> seen.category).equals(seen.category)) {
            return code; // classes that several kinds share are those of scenes
          }
        }
      }
    }
    List<Category> categories = new ArrayList<>();
    parts.forEach(
        (name, own) -> {
          if (!own.isEmpty()) {
            categories.add(new Category(name, List.copyOf(own)));
          }
        });
    return code.of(categories);
  }

  /** Broken files are named when they are read to learn from. */
  private static List<Seen> scanned(List<CloudEntry> entries) {
    return entries.parallelStream()
        .map(
            entry -> {
              try {
                Set<Integer> values = new TreeSet<>();
                LabelledCloud cloud = entry.reading().get();
                for (int label : cloud.labels()) {
                  if (values.size() <= MOST) {
                    values.add(label);
                  }
                }
                return Optional.of(new Seen(entry.category(), values));
              } catch (DataException e) {
                return Optional.<Seen>empty();
              }
            })
        .flatMap(Optional::stream)
        .toList();
  }
}
