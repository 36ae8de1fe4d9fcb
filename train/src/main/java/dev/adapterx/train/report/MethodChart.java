package dev.adapterx.train.report;

import dev.adapterx.train.text.Headings;
import java.util.Comparator;
import java.util.List;

/**
 * Many methods at a glance: a score over trained parameters, large enough to label them all.
 *
 * @param score what was measured, in per cent: {@code accuracy}, {@code mIoU}
 */
public record MethodChart(String score, List<Point> points) implements Section {
  /**
   * One method.
   *
   * @param percent trained parameters without the head, of the backbone
   * @param measured percent, mean over seeds
   * @param std sample standard deviation over seeds; NaN for one seed
   */
  public record Point(String method, double percent, double measured, double std) {}

  public MethodChart {
    points =
        points.stream()
            .filter(p -> Double.isFinite(p.percent) && Double.isFinite(p.measured))
            .sorted(Comparator.comparingDouble(Point::measured).reversed())
            .toList();
  }

  @Override
  public String heading() {
    return Headings.of(score) + " over parameters";
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
        Headings.of(score) + " over trained parameters",
        "trained parameters without the head, % of the backbone (logarithmic)",
        score + ", %; bars show ± one standard deviation over seeds",
        points.stream()
            .map(p -> new ScatterChart.Spot(p.method, p.percent, p.measured, p.std))
            .toList(),
        940,
        points.size() > 8 ? 560 : 420);
  }
}
