package dev.adapterx.tasks.detect;

import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.train.report.LineChart;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.report.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Precision by recall of the classes with the most objects, at an IoU of 0.5. */
record PrecisionCurves(List<Series> curves, int left) implements Section {
  private static final int MOST = 8;
  private static final double PERCENT = 100;

  PrecisionCurves {
    curves = List.copyOf(curves);
  }

  static PrecisionCurves of(BoxScores scores, List<String> labels) {
    long there = IntStream.of(scores.objects()).filter(objects -> objects > 0).count();
    List<Series> curves = new ArrayList<>();
    for (int c : frequent(scores)) {
      double[] precision = scores.coco().curve(c, BoxScores.HALF);
      List<Series.Point> points = new ArrayList<>();
      for (int r = 0; r < precision.length; r++) {
        points.add(new Series.Point(r, PERCENT * precision[r])); // recall in percent
      }
      curves.add(new Series(labels.get(c), points));
    }
    return new PrecisionCurves(curves, (int) there - curves.size());
  }

  /** The classes with the most objects, those first. */
  static List<Integer> frequent(BoxScores scores) {
    return IntStream.range(0, scores.objects().length)
        .filter(c -> scores.objects()[c] > 0)
        .boxed()
        .sorted(Comparator.comparingInt(c -> -scores.objects()[c])) // stable
        .limit(MOST)
        .toList();
  }

  @Override
  public String heading() {
    return "Precision by recall";
  }

  @Override
  public boolean empty() {
    return curves.isEmpty();
  }

  @Override
  public String body() {
    String which = left == 0 ? "" : ", the " + curves.size() + " classes with the most objects";
    return new LineChart(
            "The best precision at a recall or above, at an IoU of 0.5" + which,
            "recall, %",
            "%",
            curves)
        .html();
  }
}
