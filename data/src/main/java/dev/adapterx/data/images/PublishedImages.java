package dev.adapterx.data.images;

import dev.adapterx.data.check.PublishedCounts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The numbers of images of published data sets. */
final class PublishedImages {
  private static final Map<String, Integer> VTAB =
      Map.of("train800", 800, "val200", 200, "train800val200", 1000);

  private PublishedImages() {}

  /**
   * The counts for a layout, if it is a published one; the data set follows from the folder's name.
   */
  static Optional<PublishedCounts> of(Layout layout) {
    if (layout instanceof VtabLayout) {
      return Optional.of(vtab(VtabTasks.of(layout.root())));
    }
    if (layout instanceof FgvcLayout) {
      return FgvcTasks.of(layout.root())
          .map(t -> counts("FGVC", t.name(), t.classes(), t.images()));
    }
    if (layout instanceof FewShotLayout) {
      return FewShotTasks.of(layout.root())
          .map(t -> counts("NOAH", t.name(), t.classes(), t.images()));
    }
    return Optional.empty();
  }

  private static PublishedCounts vtab(Optional<VtabTasks.Task> task) {
    Map<String, Integer> images = new HashMap<>(VTAB);
    task.ifPresent(t -> images.put("test", t.testImages()));
    return task.map(t -> counts("VTAB-1k", t.name(), t.classes(), images))
        .orElseGet(() -> new PublishedCounts("VTAB-1k", "", 0, "images", images));
  }

  private static PublishedCounts counts(
      String suite, String name, int classes, Map<String, Integer> images) {
    return new PublishedCounts(suite, suite + "'s " + name, classes, "images", images);
  }
}
