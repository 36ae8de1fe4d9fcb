package dev.adapterx.data.points.set;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.ReportText;
import dev.adapterx.data.Spread;
import dev.adapterx.data.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats a {@link PointReport} as tables. */
final class PointReportText {
  private static final int CLASSES_SHOWN = 40;

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
      text.append(
          ReportText.broken(
              split.name(), split.broken().stream().map(BrokenSample::reason).toList()));
    }
    text.append(ReportText.verdict(report.problems(), report.warnings()));
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
