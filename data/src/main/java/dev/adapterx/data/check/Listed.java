package dev.adapterx.data.check;

import java.util.List;

/** Faults in a report as text. */
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
}
