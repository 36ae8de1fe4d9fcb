package dev.adapterx.data.check;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Spread;
import dev.adapterx.data.TextTable;
import java.util.ArrayList;
import java.util.List;

/** Formats a {@link DataReport} as tables. */
final class DataReportText {
  private static final int CLASSES_SHOWN = 40;
  private static final int BROKEN_SHOWN = 10;

  private DataReportText() {}

  static <F extends SplitFacts> String of(DataReport<F> report) {
    StringBuilder text = new StringBuilder();
    text.append(report.root()).append(": ").append(report.layout());
    text.append(", ").append(report.classes().size()).append(" classes");
    if (report.unitSphere().orElse(false)) {
      text.append(", clouds scaled into the unit sphere when read");
    }
    text.append("\n\n").append(TextTable.of(splits(report))).append('\n');
    text.append(TextTable.of(classes(report)));
    if (report.classes().size() > CLASSES_SHOWN) {
      int more = report.classes().size() - CLASSES_SHOWN;
      text.append("… and ").append(more).append(" more classes\n");
    }
    report.splits().forEach(split -> text.append(broken(split)));
    return text.append(verdict(report)).toString();
  }

  private static <F extends SplitFacts> List<List<String>> splits(DataReport<F> report) {
    List<SampleKind.Column<F>> columns = report.kind().columns();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("split", report.kind().noun(), "per class"));
    columns.forEach(column -> head.add(column.title()));
    head.addAll(List.of("repeated", "broken"));
    rows.add(head);
    for (F split : report.splits()) {
      int[] counts = split.classCounts().stream().mapToInt(Integer::intValue).toArray();
      List<String> row = new ArrayList<>();
      row.add(split.name());
      row.add(Integer.toString(split.samples()));
      row.add(Spread.of(counts).toString());
      columns.forEach(column -> row.add(column.cell().apply(split)));
      row.add(Integer.toString(split.repeated()));
      row.add(Integer.toString(split.broken().size()));
      rows.add(row);
    }
    return rows;
  }

  private static List<List<String>> classes(DataReport<?> report) {
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

  /** The first broken samples of a split, one per line. */
  private static String broken(SplitFacts split) {
    StringBuilder text = new StringBuilder();
    for (BrokenSample broken : split.broken().stream().limit(BROKEN_SHOWN).toList()) {
      text.append("\nbroken in ").append(split.name()).append(": ").append(broken.line());
    }
    if (split.broken().size() > BROKEN_SHOWN) {
      text.append("\n… and ").append(split.broken().size() - BROKEN_SHOWN).append(" more");
    }
    return text.toString();
  }

  /** The problems and warnings, or a line that there are none. */
  private static String verdict(DataReport<?> report) {
    StringBuilder text = new StringBuilder("\n");
    report.problems().forEach(p -> text.append("problem: ").append(p).append('\n'));
    report.warnings().forEach(w -> text.append("warning: ").append(w).append('\n'));
    if (report.sound()) {
      text.append(
          report.warnings().isEmpty() ? "No problems.\n" : "No problems but the warnings.\n");
    }
    return text.toString();
  }
}
