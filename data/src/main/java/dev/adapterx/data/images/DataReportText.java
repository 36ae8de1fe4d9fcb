package dev.adapterx.data.images;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.ReportText;
import dev.adapterx.data.Spread;
import dev.adapterx.data.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link DataReport} as tables. */
final class DataReportText {
  private static final int CLASSES_SHOWN = 40;

  private DataReportText() {}

  static String of(DataReport report) {
    StringBuilder text = new StringBuilder();
    text.append(report.root()).append(": ").append(report.layout());
    text.append(", ").append(report.classes().size()).append(" classes\n\n");
    text.append(TextTable.of(splits(report))).append('\n');
    text.append(TextTable.of(classes(report)));
    if (report.classes().size() > CLASSES_SHOWN) {
      int more = report.classes().size() - CLASSES_SHOWN;
      text.append("… and ").append(more).append(" more classes\n");
    }
    for (SplitFacts split : report.splits()) {
      text.append(
          ReportText.broken(
              split.name(), split.broken().stream().map(DataReportText::line).toList()));
    }
    text.append(ReportText.verdict(report.problems(), report.warnings()));
    return text.toString();
  }

  private static List<List<String>> splits(DataReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "split",
            "images",
            "per class",
            "width",
            "height",
            "sizes",
            "format",
            "mode",
            "MB",
            "repeated",
            "broken"));
    for (SplitFacts split : report.splits()) {
      int[] counts = split.classCounts().stream().mapToInt(Integer::intValue).toArray();
      rows.add(
          List.of(
              split.name(),
              Integer.toString(split.images()),
              Spread.of(counts).toString(),
              split.width().toString(),
              split.height().toString(),
              Integer.toString(split.sizes()),
              list(split.formats()),
              list(split.modes()),
              String.format(java.util.Locale.ROOT, "%.1f", split.bytes() / 1e6),
              Integer.toString(split.repeated()),
              Integer.toString(split.broken().size())));
    }
    return rows;
  }

  private static List<List<String>> classes(DataReport report) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("class"));
    report.splits().forEach(split -> head.add(split.name()));
    rows.add(head);
    for (int c = 0; c < Math.min(CLASSES_SHOWN, report.classes().size()); c++) {
      List<String> row = new ArrayList<>(List.of(report.classes().get(c)));
      for (SplitFacts split : report.splits()) {
        row.add(c < split.classCounts().size() ? split.classCounts().get(c).toString() : "0");
      }
      rows.add(row);
    }
    return rows;
  }

  private static String line(BrokenSample broken) {
    return broken.reason().contains(broken.where())
        ? broken.reason()
        : broken.where() + ": " + broken.reason();
  }

  /** {@code JPEG}, or {@code JPEG 790, PNG 10} when there are several. */
  private static String list(Map<String, Integer> counts) {
    return counts.size() == 1
        ? counts.keySet().iterator().next()
        : counts.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
  }
}
