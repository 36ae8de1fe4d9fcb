package dev.adapterx.data.points.set;

import dev.adapterx.data.Spread;
import dev.adapterx.data.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link PointReport} as tables. */
final class PointReportText {
  private static final int CLASSES_SHOWN = 40;
  private static final int BROKEN_SHOWN = 10;

  private PointReportText() {}

  static String of(PointReport report) {
    StringBuilder text = new StringBuilder();
    text.append(report.root()).append(": ").append(report.layout());
    text.append(", ").append(report.classes().size()).append(" classes");
    text.append(report.unitSphere() ? ", clouds scaled into the unit sphere when read" : "");
    text.append("\n\n").append(TextTable.of(splits(report))).append('\n');
    text.append(TextTable.of(classes(report)));
    if (report.classes().size() > CLASSES_SHOWN) {
      int more = report.classes().size() - CLASSES_SHOWN;
      text.append("… and ").append(more).append(" more classes\n");
    }
    for (CloudFacts split : report.splits()) {
      split.broken().stream()
          .limit(BROKEN_SHOWN)
          .forEach(
              b ->
                  text.append("\nbroken in ").append(split.name()).append(": ").append(b.reason()));
      if (split.broken().size() > BROKEN_SHOWN) {
        text.append("\n… and ").append(split.broken().size() - BROKEN_SHOWN).append(" more");
      }
    }
    text.append('\n');
    report.problems().forEach(p -> text.append("problem: ").append(p).append('\n'));
    report.warnings().forEach(w -> text.append("warning: ").append(w).append('\n'));
    if (report.sound()) {
      text.append(
          report.warnings().isEmpty() ? "No problems.\n" : "No problems but the warnings.\n");
    }
    return text.toString();
  }

  private static List<List<String>> splits(PointReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "split",
            "clouds",
            "per class",
            "points",
            "x",
            "y",
            "z",
            "up (guess)",
            "repeated",
            "broken"));
    for (CloudFacts split : report.splits()) {
      int[] counts = split.classCounts().stream().mapToInt(Integer::intValue).toArray();
      rows.add(
          List.of(
              split.name(),
              Integer.toString(split.clouds()),
              Spread.of(counts).toString(),
              split.points().toString(),
              range(split, 0),
              range(split, 1),
              range(split, 2),
              split.up().orElse("?"),
              Integer.toString(split.repeated()),
              Integer.toString(split.broken().size())));
    }
    return rows;
  }

  private static String range(CloudFacts split, int axis) {
    return split
        .box()
        .map(b -> String.format(Locale.ROOT, "%.3g … %.3g", b.low(axis), b.high(axis)))
        .orElse("");
  }

  private static List<List<String>> classes(PointReport report) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("class"));
    report.splits().forEach(split -> head.add(split.name()));
    rows.add(head);
    for (int c = 0; c < Math.min(CLASSES_SHOWN, report.classes().size()); c++) {
      List<String> row = new ArrayList<>(List.of(report.classes().get(c)));
      for (CloudFacts split : report.splits()) {
        row.add(c < split.classCounts().size() ? split.classCounts().get(c).toString() : "0");
      }
      rows.add(row);
    }
    return rows;
  }
}
