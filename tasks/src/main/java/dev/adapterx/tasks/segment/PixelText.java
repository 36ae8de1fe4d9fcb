package dev.adapterx.tasks.segment;

import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.tasks.show.ClassFigures;
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
    return summary.text() + System.lineSeparator() + ClassFigures.table(m.perClass(), "pixels");
  }
}
