package dev.adapterx.train.report;

import java.util.Comparator;
import java.util.List;

/** Many methods at a glance: accuracy over trained parameters, large enough to label them all. */
public record MethodChart(List<Point> points) implements Section {
  /**
   * One method.
   *
   * @param percent trained parameters without the head, of the backbone
   * @param accuracy percent, mean over seeds
   * @param std sample standard deviation over seeds; NaN for one seed
   */
  public record Point(String method, double percent, double accuracy, double std) {}

  public MethodChart {
    points =
        points.stream()
            .filter(p -> Double.isFinite(p.percent) && Double.isFinite(p.accuracy))
            .sorted(Comparator.comparingDouble(Point::accuracy).reversed())
            .toList();
  }

  @Override
  public String heading() {
    return "Accuracy over parameters";
  }

  @Override
  public boolean empty() {
    return points.isEmpty();
  }

  @Override
  public String body() {
    return chart().html();
  }

  /** The chart as a standalone file. */
  public String svg() {
    return chart().svg();
  }

  private ScatterChart chart() {
    return new ScatterChart(
        "Accuracy over trained parameters",
        "trained parameters without the head, % of the backbone (logarithmic)",
        "accuracy, %; bars show ± one standard deviation over seeds",
        points.stream()
            .map(p -> new ScatterChart.Spot(p.method, p.percent, p.accuracy, p.std))
            .toList(),
        940,
        points.size() > 8 ? 560 : 420);
  }
}
