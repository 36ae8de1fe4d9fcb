package dev.adapterx.data;

import java.util.List;

/** Text that reports on all kinds of data sets share. */
public final class ReportText {
  private static final int BROKEN_SHOWN = 10;

  private ReportText() {}

  /** The first few of a split's broken samples, a line each. */
  public static String broken(String split, List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.stream()
        .limit(BROKEN_SHOWN)
        .forEach(line -> text.append("\nbroken in ").append(split).append(": ").append(line));
    if (lines.size() > BROKEN_SHOWN) {
      text.append("\n… and ").append(lines.size() - BROKEN_SHOWN).append(" more");
    }
    return text.toString();
  }

  /** Problems and warnings, or a line that there are none. */
  public static String verdict(List<String> problems, List<String> warnings) {
    StringBuilder text = new StringBuilder("\n");
    problems.forEach(p -> text.append("problem: ").append(p).append('\n'));
    warnings.forEach(w -> text.append("warning: ").append(w).append('\n'));
    if (problems.isEmpty()) {
      text.append(warnings.isEmpty() ? "No problems.\n" : "No problems but the warnings.\n");
    }
    return text.toString();
  }
}
