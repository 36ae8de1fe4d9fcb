package dev.adapterx.train.report;

import java.util.ArrayList;
import java.util.List;

/** A named line of points, x ascending. Values that are not finite leave a gap. */
public record Series(String name, List<Point> points) {
  /** One value at one step. */
  public record Point(double x, double y) {
    boolean finite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  public Series {
    points = List.copyOf(points);
  }

  /** Values of epochs 1, 2, 3, …. */
  public static Series ofEpochs(String name, double... values) {
    List<Point> points = new ArrayList<>();
    for (double value : values) {
      points.add(new Point(points.size() + 1, value));
    }
    return new Series(name, points);
  }

  /**
   * The same line with about {@code most} points at most: the lowest and the highest of each
   * stretch are kept, so that spikes are not lost.
   */
  Series thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    int stretch = (2 * points.size() + most - 1) / most;
    List<Point> kept = new ArrayList<>();
    for (int start = 0; start < points.size(); start += stretch) {
      addExtremes(points.subList(start, Math.min(points.size(), start + stretch)), kept);
    }
    return new Series(name, kept);
  }

  private static void addExtremes(List<Point> stretch, List<Point> kept) {
    int low = 0;
    int high = 0;
    for (int i = 1; i < stretch.size(); i++) {
      low = stretch.get(i).y() < stretch.get(low).y() ? i : low;
      high = stretch.get(i).y() > stretch.get(high).y() ? i : high;
    }
    kept.add(stretch.get(Math.min(low, high)));
    if (low != high) {
      kept.add(stretch.get(Math.max(low, high)));
    }
  }
}
