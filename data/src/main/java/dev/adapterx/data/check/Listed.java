package dev.adapterx.data.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What reports on labelled pixels, points and boxes list alike. */
public final class Listed {
  private static final int SHOWN = 20;

  private Listed() {}

  /** A line each, indented; of many the first, and how many more there are. */
  public static String lines(List<String> faults) {
    StringBuilder text = new StringBuilder();
    faults.stream().limit(SHOWN).forEach(fault -> text.append("  ").append(fault).append('\n'));
    int more = faults.size() - SHOWN;
    return text.append(more > 0 ? "  … and " + more + " more; --json has all\n" : "").toString();
  }

  /** Samples of a split that cannot be used; nothing where there are none. */
  public static String broken(String split, List<String> faults) {
    return faults.isEmpty()
        ? ""
        : "problem: %d of '%s' cannot be used:\n".formatted(faults.size(), split) + lines(faults);
  }

  /**
   * A split of which nothing has a class.
   *
   * @param noun what would have one
   * @param key the setting that says which values are no class
   * @param needed whether a training uses the split's classes if nothing else is said
   */
  public static String unlabelled(String split, String noun, String key, boolean needed) {
    return needed
        ? ("problem: no %s of '%s' has a class, so that nothing can be learned or measured there."
                + " Expected values of classes; which values are none is said by the data or by %s\n")
            .formatted(noun, split, key)
        : "note: no %s of '%s' has a class, so that nothing can be measured there; train passes over it\n"
            .formatted(noun, split);
  }

  /**
   * The rows of a table of classes by splits, the head first.
   *
   * @param shares 0 … 1 of each class, by split; a split's may be empty
   */
  public static List<List<String>> shares(
      List<String> classes, List<String> splits, List<List<Double>> shares) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("class"));
    head.addAll(splits);
    rows.add(head);
    for (int c = 0; c < classes.size(); c++) {
      List<String> row = new ArrayList<>(List.of(classes.get(c)));
      for (List<Double> own : shares) {
        row.add(own.isEmpty() ? "-" : percent(own.get(c)));
      }
      rows.add(row);
    }
    return rows;
  }

  /** A share in per cent. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
