package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Instructions for downloads that users must do by hand. */
public final class ByHand {
  private ByHand() {}

  /**
   * Requires the archives that cannot be downloaded automatically.
   *
   * @throws DataException with step-by-step instructions
   */
  static void require(PublicSet set, Map<Part, Path> given, Path root) {
    List<Part> missing =
        set.parts().stream().filter(p -> p.isByHand() && !given.containsKey(p)).toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s cannot be fetched without you:%n%s"
              .formatted(
                  set.name(), String.join(System.lineSeparator(), steps(set, missing, root))));
    }
  }

  /** The instructions for a set of which no file is there yet. */
  public static List<String> steps(PublicSet set, Path root) {
    return steps(set, set.parts().stream().filter(Part::isByHand).toList(), root);
  }

  private static List<String> steps(PublicSet set, List<Part> missing, Path root) {
    List<String> steps = new ArrayList<>();
    int number = 1;
    for (Part part : missing) {
      steps.add("  %d. %s".formatted(number++, part.byHand()));
      String size = part.size() < 0 ? "" : "%,d bytes".formatted(part.size());
      String hash = part.hash() == null ? "" : part.hash();
      String facts = size.isEmpty() || hash.isEmpty() ? size + hash : size + ", " + hash;
      if (!facts.isEmpty()) {
        steps.add("     (%s: %s)".formatted(part.file(), facts));
      }
    }
    String from =
        missing.size() == 1 ? "FOLDER/" + missing.get(0).file() : "FOLDER-WITH-THE-ARCHIVES";
    steps.add("  then: adapterx data fetch %s --to %s --from %s".formatted(set.name(), root, from));
    steps.add("  terms: %s; %s".formatted(set.terms(), set.page()));
    return steps;
  }
}
