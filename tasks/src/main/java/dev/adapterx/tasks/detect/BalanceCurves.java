package dev.adapterx.tasks.detect;

import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.train.report.LineChart;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.report.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * F1 by the least score that is taken for found, at an IoU of 0.5: of the classes with the most
 * objects, and of all.
 *
 * @param best where the mean over classes is highest, if it is anywhere above 0
 */
record BalanceCurves(List<Series> curves, Optional<BoxScores.Balance> best) implements Section {
  private static final double PERCENT = 100;

  BalanceCurves {
    curves = List.copyOf(curves);
  }

  static BalanceCurves of(BoxScores scores, List<String> labels) {
    List<Series> curves = new ArrayList<>();
    for (int label : PrecisionCurves.frequent(scores)) {
      curves.add(series(labels.get(label), scores.coco().balance(label)));
    }
    if (curves.size() > 1) {
      curves.add(series("mean of classes", scores.coco().balance()));
    }
    return new BalanceCurves(curves, scores.balance());
  }

  private static Series series(String name, double[] f1) {
    List<Series.Point> points = new ArrayList<>();
    for (int s = 0; s < f1.length; s++) {
      points.add(new Series.Point(s, PERCENT * f1[s])); // scores in percent
    }
    return new Series(name, points);
  }

  @Override
  public String heading() {
    return "F1 by score";
  }

  @Override
  public boolean empty() {
    return curves.isEmpty();
  }

  @Override
  public String body() {
    return new LineChart(
            best.map(BalanceCurves::title).orElse("Nothing was found"),
            "least score, %",
            "%",
            curves)
        .html();
  }

  private static String title(BoxScores.Balance best) {
    return String.format(
        Locale.ROOT,
        "The mean over classes is highest, %.1f %%, where a score of %.2f is enough",
        best.f1(),
        best.score());
  }
}
