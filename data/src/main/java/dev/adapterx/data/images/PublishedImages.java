package dev.adapterx.data.images;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many images a complete copy of a published data set has.
 *
 * @param suite what it is part of
 * @param name its own; empty where the folder's name tells nothing
 * @param classes 0: not known
 * @param images by split
 */
record PublishedImages(String suite, String name, int classes, Map<String, Integer> images) {
  private static final Map<String, Integer> VTAB =
      Map.of("train800", 800, "val200", 200, "train800val200", 1000);

  /** Those of what a layout holds, if it is a published one, going by the folder's name. */
  static Optional<PublishedImages> of(Layout layout) {
    if (layout instanceof VtabLayout) {
      return Optional.of(vtab(VtabTasks.of(layout.root())));
    }
    if (layout instanceof FgvcLayout) {
      return FgvcTasks.of(layout.root())
          .map(t -> new PublishedImages("FGVC", t.name(), t.classes(), t.images()));
    }
    if (layout instanceof FewShotLayout) {
      return FewShotTasks.of(layout.root())
          .map(t -> new PublishedImages("NOAH", t.name(), t.classes(), t.images()));
    }
    return Optional.empty();
  }

  private static PublishedImages vtab(Optional<VtabTasks.Task> task) {
    Map<String, Integer> images = new HashMap<>(VTAB);
    task.ifPresent(t -> images.put("test", t.testImages()));
    return new PublishedImages(
        "VTAB-1k",
        task.map(VtabTasks.Task::name).orElse(""),
        task.map(VtabTasks.Task::classes).orElse(0),
        images);
  }

  /**
   * What differs.
   *
   * @param found images by split
   */
  List<String> problems(Map<String, Integer> found, int classesFound) {
    List<String> problems = new ArrayList<>();
    found.forEach(
        (split, count) -> {
          Integer expected = images.get(split);
          if (expected != null && !expected.equals(count)) {
            problems.add(
                "%s: %s has %d images here, found %d".formatted(split, suite, expected, count));
          }
        });
    if (classes > 0 && classes != classesFound) {
      problems.add(
          "%s's %s has %d classes, found %d".formatted(suite, name, classes, classesFound));
    }
    return problems;
  }

  /** Splits of a complete copy that are not there; none where it is not known which set this is. */
  List<String> absent(Collection<String> found) {
    return name.isEmpty()
        ? List.of()
        : images.entrySet().stream()
            .filter(split -> !found.contains(split.getKey()))
            .sorted(Map.Entry.comparingByKey())
            .map(
                split ->
                    "no split %s: %s's %s has one of %d images"
                        .formatted(split.getKey(), suite, name, split.getValue()))
            .toList();
  }
}
