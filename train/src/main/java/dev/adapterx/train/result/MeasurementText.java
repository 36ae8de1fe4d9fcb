package dev.adapterx.train.result;

import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.train.text.LowestClasses;
import dev.adapterx.train.text.Table;
import java.util.Locale;
import java.util.OptionalDouble;

/** A measured classification as text. */
final class MeasurementText {
  private MeasurementText() {}

  static String of(Measurement m) {
    ConfusionMatrix matrix = m.evaluation().confusion();
    OptionalDouble top = matrix.topFive();
    Table summary =
        new Table("data", m.place())
            .row(m.noun(), Table.count(matrix.total()))
            .row("accuracy", Table.percent(matrix.accuracy()))
            .row("balanced accuracy", Table.percent(matrix.balancedAccuracy()))
            .row("macro F1", String.format(Locale.ROOT, "%.4f", matrix.macroF1()));
    if (top.isPresent() && matrix.classes() > 5) {
      summary.row("top-5 accuracy", Table.percent(top.getAsDouble()));
    }
    summary
        .row("loss", String.format(Locale.ROOT, "%.4f", m.evaluation().loss()))
        .row("normalisation", m.normalisation())
        .row("broken " + m.noun(), Table.count(m.broken().size()))
        .row("time", String.format(Locale.ROOT, "%.1f s", m.evaluation().seconds()));
    return summary.text() + System.lineSeparator() + classes(m);
  }

  private static String classes(Measurement m) {
    LowestClasses<Measurement.PerClass> classes =
        LowestClasses.of(m.perClass(), Measurement.PerClass::recall, "recall");
    Table table = new Table("class", m.noun(), "recall", "precision", "F1", "most often taken for");
    for (Measurement.PerClass c : classes.shown()) {
      Measurement.Confusion confusion = c.confusion();
      table.row(
          c.name(),
          Table.count(c.samples()),
          Table.percent(c.recall()),
          Table.percent(c.precision()),
          Double.isNaN(c.f1()) ? "-" : String.format(Locale.ROOT, "%.3f", c.f1()),
          confusion == null ? "" : confusion.predicted() + " (" + confusion.samples() + ")");
    }
    return table.text() + classes.note();
  }
}
