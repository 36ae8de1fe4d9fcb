package dev.adapterx.train.suite;

import java.util.ArrayList;
import java.util.List;

/** Changes to a recipe that several suites make. */
final class Overrides {
  /** A suite's splits replace those of a recipe. */
  private static final List<String> NO_VALIDATION = List.of("data.val=null", "data.hold-out=0");

  private static final List<String> NO_MIX = List.of("data.mixup=0", "data.cutmix=0");

  static final List<String> IMAGES = of(NO_VALIDATION, NO_MIX, "head=linear");

  static final List<String> CLOUDS = of(NO_VALIDATION, NO_MIX, "data.label=label");

  private Overrides() {}

  /** Joins single changes and lists of them; of two for one key the later counts. */
  static List<String> of(Object... parts) {
    List<String> all = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof List<?> list) {
        list.forEach(change -> all.add((String) change));
      } else {
        all.add((String) part);
      }
    }
    return List.copyOf(all);
  }
}
