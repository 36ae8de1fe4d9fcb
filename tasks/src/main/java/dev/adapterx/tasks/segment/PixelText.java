package dev.adapterx.tasks.segment;

import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.train.text.LowestClasses;
import dev.adapterx.train.text.Table;
import java.util.Locale;

/** A measured segmentation as text. */
final class PixelText {
  private PixelText() {}

  static String of(PixelMeasurement m) {
    PixelScores scores = m.scores();
    Table summary =
        new Table("data", m.facts().place())
            .row("images", Table.count(scores.pictures().size()))
            .row("mIoU", Table.percent(scores.score().meanIou()))
            .row("pixel accuracy", Table.percent(scores.score().overall()))
            .row("mean accuracy", Table.percent(scores.score().meanAccuracy()))
            .row("mean Dice", Table.percent(scores.score().meanDice()))
            .row("loss", String.format(Locale.ROOT, "%.4f", scores.loss()))
            .row("normalisation", m.facts().normalisation())
            .row("broken images", Table.count(m.broken().size()))
            .row("time", String.format(Locale.ROOT, "%.1f s", scores.seconds()));
    return summary.text() + System.lineSeparator() + classes(m);
  }

  private static String classes(PixelMeasurement m) {
    LowestClasses<PixelMeasurement.PerClass> classes =
        LowestClasses.of(m.perClass(), PixelMeasurement.PerClass::iou, "IoU");
    Table table =
        new Table("class", "pixels", "IoU", "found", "precision", "else mostly taken for");
    for (PixelMeasurement.PerClass c : classes.shown()) {
      String takenFor = c.takenFor();
      table.row(
          c.name(),
          Table.count(c.pixels()),
          Table.percent(c.iou()),
          Table.percent(c.accuracy()),
          Table.percent(c.precision()),
          takenFor == null ? "" : takenFor);
    }
    return table.text() + classes.note();
  }
}
