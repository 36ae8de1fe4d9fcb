package dev.adapterx.dense.mask;

import dev.adapterx.base.DataException;
import java.util.Arrays;
import java.util.List;

/**
 * Fills polygons by COCO's own rule, which no other rasteriser shares: the outline is drawn on a
 * grid five times as fine, and where it passes the middle of a column of pixels, the column changes
 * from outside to inside or back, from the pixel at or below that height on.
 *
 * <p>Pixel for pixel {@code pycocotools.mask.frPyObjects}.
 */
public final class Outline {
  private static final int SCALE = 5;
  private static final double FARTHEST = 1e8;

  /** Of the outline on the fine grid: about a second's work, and beyond any annotation. */
  private static final long LONGEST = 1L << 30;

  private final int height;
  private final int width;

  /** A bit for each pixel, down the columns: whether outside and inside change there. */
  private final long[] changes;

  private Outline(int height, int width) {
    RunLength.requireSize(height, width);
    this.height = height;
    this.width = width;
    this.changes = new long[height * width / 64 + 1];
  }

  /**
   * The pixels within one polygon.
   *
   * @param points x, y, x, y …, in pixels, at least three points; the last is joined to the first
   * @throws DataException when there are fewer, or one is not finite or absurdly far away
   */
  public static RunLength fill(int height, int width, double[] points) {
    require(points);
    Outline outline = new Outline(height, width);
    int n = points.length / 2;
    int[] x = new int[n];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      x[i] = (int) (SCALE * points[2 * i] + .5);
      y[i] = (int) (SCALE * points[2 * i + 1] + .5);
    }
    requireShort(x, y);
    for (int i = 0; i < n; i++) {
      int next = (i + 1) % n;
      outline.edge(x[i], y[i], x[next], y[next]);
    }
    return outline.runs();
  }

  /** The pixels within any of some polygons: an object in several pieces. */
  public static RunLength fill(int height, int width, List<double[]> polygons) {
    if (polygons.isEmpty()) {
      throw new DataException("an object has an empty list of polygons");
    }
    RunLength union = fill(height, width, polygons.get(0));
    for (double[] polygon : polygons.subList(1, polygons.size())) {
      union = union.union(fill(height, width, polygon));
    }
    return union;
  }

  private static void require(double[] points) {
    if (points.length < 6 || points.length % 2 != 0) {
      throw new DataException(
          "a polygon has %d numbers; expected x and y of at least three points"
              .formatted(points.length));
    }
    for (int i = 0; i < points.length; i++) {
      if (!(Math.abs(points[i]) <= FARTHEST)) {
        throw new DataException(
            "%s of point %d of a polygon is %s; expected pixels"
                .formatted(i % 2 == 0 ? "x" : "y", i / 2, points[i]));
      }
    }
  }

  private static void requireShort(int[] x, int[] y) {
    long length = 0;
    for (int i = 0; i < x.length; i++) {
      int next = (i + 1) % x.length;
      length += Math.max(Math.abs(x[next] - x[i]), Math.abs(y[next] - y[i])) + 1L;
    }
    if (length > LONGEST) {
      throw new DataException(
          "the outline of a polygon of %d points is %d pixels long, at most %d are drawn; simplify it"
              .formatted(x.length, length / SCALE, LONGEST / SCALE));
    }
  }

  /** Steps along the longer side, always in the same direction, whichever end comes first. */
  private void edge(int fromX, int fromY, int toX, int toY) {
    int dx = Math.abs(toX - fromX);
    int dy = Math.abs(toY - fromY);
    boolean flat = dx >= dy;
    boolean turned = flat ? fromX > toX : fromY > toY;
    int startX = turned ? toX : fromX;
    int startY = turned ? toY : fromY;
    int endX = turned ? fromX : toX;
    int endY = turned ? fromY : toY;
    int steps = Math.max(dx, dy);
    if (dx == 0) {
      return; // within one column: nothing changes
    }
    double slope = flat ? (double) (endY - startY) / dx : (double) (endX - startX) / dy;
    int beforeX = fromX;
    int beforeY = fromY;
    for (int d = 0; d <= steps; d++) {
      int t = turned ? steps - d : d;
      int x = flat ? startX + t : (int) (startX + slope * t + .5);
      int y = flat ? (int) (startY + slope * t + .5) : startY + t;
      if (d > 0 && x != beforeX) {
        cross(beforeX, beforeY, x, y);
      }
      beforeX = x;
      beforeY = y;
    }
  }

  private void cross(int fromX, int fromY, int toX, int toY) {
    double column = ((toX < fromX ? toX : toX - 1) + .5) / SCALE - .5;
    if (Math.floor(column) != column || column < 0 || column > width - 1) {
      return;
    }
    double row = (Math.min(fromY, toY) + .5) / SCALE - .5;
    int y = (int) Math.ceil(Math.min(Math.max(row, 0), height));
    int place = ((int) column) * height + y;
    changes[place >> 6] ^= 1L << place;
  }

  private RunLength runs() {
    int[] counts = new int[16];
    int n = 0;
    int before = 0;
    int pixels = height * width;
    for (int w = 0; w < changes.length; w++) {
      for (long bits = changes[w]; bits != 0; bits &= bits - 1) {
        int place = 64 * w + Long.numberOfTrailingZeros(bits);
        if (place == pixels) {
          continue; // below the last pixel
        }
        if (n + 1 >= counts.length) {
          counts = Arrays.copyOf(counts, 2 * counts.length);
        }
        counts[n++] = place - before;
        before = place;
      }
    }
    counts[n++] = pixels - before;
    return new RunLength(height, width, Arrays.copyOf(counts, n));
  }
}
