package dev.adapterx.tasks.parts;

import dev.adapterx.dense.parts.PartScores;
import dev.adapterx.tasks.show.ClassFigures;
import dev.adapterx.train.text.Table;
import java.util.Locale;

/** Measured labels of points as text. */
final class PartText {
  private PartText() {}

  static String of(PartMeasurement m) {
    PartScores scores = m.scores();
    Table summary =
        new Table("data", m.facts().place()).row("clouds", Table.count(scores.clouds().size()));
    PartScores.Shapes shapes = scores.shapes();
    if (shapes != null) {
      summary.row("instance mIoU", Table.percent(shapes.instance()));
      summary.row("class mIoU", Table.percent(shapes.category()));
    } else {
      summary.row("mIoU", Table.percent(scores.score().meanIou()));
    }
    summary
        .row("point accuracy", Table.percent(scores.score().overall()))
        .row("mean accuracy", Table.percent(scores.score().meanAccuracy()))
        .row("loss", String.format(Locale.ROOT, "%.4f", scores.loss()))
        .row("normalisation", m.facts().normalisation())
        .row("broken clouds", Table.count(m.broken().size()))
        .row("time", String.format(Locale.ROOT, "%.1f s", scores.seconds()));
    return summary.text()
        + categories(m)
        + System.lineSeparator()
        + ClassFigures.table(m.perClass(), "points");
  }

  private static String categories(PartMeasurement m) {
    if (m.perCategory().isEmpty()) {
      return "";
    }
    Table table = new Table("category", "mIoU");
    m.perCategory().forEach((name, iou) -> table.row(name, Table.percent(iou)));
    return System.lineSeparator() + table.text();
  }
}
