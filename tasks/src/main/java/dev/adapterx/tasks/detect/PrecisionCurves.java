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
    List<Integer> there =
        IntStream.range(0, labels.size())
            .filter(c -> scores.objects()[c] > 0)
            .boxed()
            .sorted(Comparator.comparingInt(c -> -scores.objects()[c])) // stable
            .toList();
    List<Series> curves = new ArrayList<>();
    for (int c : there.subList(0, Math.min(MOST, there.size()))) {
      double[] precision = scores.coco().curve(c, BoxScores.HALF);
      List<Series.Point> points = new ArrayList<>();
      for (int r = 0; r < precision.length; r++) {
        points.add(new Series.Point(r, PERCENT * precision[r])); // recall in percent
      }
      curves.add(new Series(labels.get(c), points));
    }
    return new PrecisionCurves(curves, there.size() - curves.size());
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
