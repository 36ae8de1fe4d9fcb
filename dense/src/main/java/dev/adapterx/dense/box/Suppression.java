package dev.adapterx.dense.box;

import dev.adapterx.base.DataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Non-maximum suppression: of boxes that cover each other only the one of the highest score stays.
 *
 * <p>By score descending, of equal scores the earlier one first; a box goes when its intersection
 * over union with one that stays is <em>above</em> the limit. The rules of torchvision's {@code
 * nms}, class by class and in double precision (torchvision moves classes apart by adding to the
 * coordinates, which rounds).
 */
public final class Suppression {
  private final double limit;

  /**
   * Suppression at a limit.
   *
   * @throws DataException when the limit is not within 0 … 1
   */
  public Suppression(double limit) {
    if (!(limit >= 0 && limit <= 1)) {
      throw new DataException(
          "the overlap above which boxes are left out is %s; expected 0 … 1".formatted(limit));
    }
    this.limit = limit;
  }

  /**
   * Positions of the boxes that stay, by score descending.
   *
   * @param edges four a box: left, top, right, bottom
   * @param scores one a box
   * @param labels one a box; boxes of different labels do not suppress each other
   * @throws DataException when a score is not a number, an edge not finite, or the counts differ
   */
  public int[] kept(double[] edges, double[] scores, int[] labels) {
    int n = scores.length;
    if (edges.length != 4 * n || labels.length != n) {
      throw new DataException(
          "%d scores need %d edges and %d labels, found %d and %d"
              .formatted(n, 4 * n, n, edges.length, labels.length));
    }
    for (int i = 0; i < edges.length; i++) {
      if (!Double.isFinite(edges[i])) {
        throw new DataException("an edge of box %d is %s".formatted(i / 4, edges[i]));
      }
    }
    Strips strips = Strips.of(edges);
    Map<Long, Kept> kept = new HashMap<>();
    return Arrays.stream(order(scores))
        .filter(box -> strips.add(kept, labels[box], edges, box, limit))
        .toArray();
  }

  /**
   * Upright strips a little wider than the widest box: one that starts in a strip shares pixels
   * only with those that start in it or in one of its neighbours.
   */
  private record Strips(double left, double width) {
    private static final int MOST = 1 << 20;
    private static final double WIDER = 1 + 1e-9;

    static Strips of(double[] edges) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      double widest = 0;
      for (int i = 0; i < edges.length; i += 4) {
        least = Math.min(least, edges[i]);
        most = Math.max(most, edges[i]);
        widest = Math.max(widest, edges[i + 2] - edges[i]);
      }
      double width = Math.max(widest * WIDER, (most - least) / MOST);
      return width > 0 && Double.isFinite(width)
          ? new Strips(least, width)
          : new Strips(0, Double.POSITIVE_INFINITY);
    }

    /** Adds the box unless one of its label covers it. */
    boolean add(Map<Long, Kept> kept, int label, double[] edges, int box, double limit) {
      long strip = (long) ((edges[4 * box] - left) / width);
      long first = ((long) label << Integer.SIZE) + strip;
      for (long i = first - 1; i <= first + 1; i++) {
        Kept near = kept.get(i);
        if (near != null && near.covers(edges, box, limit)) {
          return false;
        }
      }
      kept.computeIfAbsent(first, s -> new Kept()).add(edges, box);
      return true;
    }
  }

  /** Positions by score descending, of equal scores the earlier first. */
  static int[] order(double[] scores) {
    Integer[] order = new Integer[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new DataException("the score of box %d is not a number".formatted(i));
      }
      order[i] = i;
    }
    // + 0.0: a negative zero equals zero.
    Arrays.sort(order, (a, b) -> Double.compare(scores[b] + 0.0, scores[a] + 0.0));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  /** Boxes of one class that stay; arrays of each edge, since few boxes are near each other. */
  private static final class Kept {
    private double[] left = new double[16];
    private double[] top = new double[16];
    private double[] right = new double[16];
    private double[] bottom = new double[16];
    private int size;

    /** Whether one of them covers the box. */
    boolean covers(double[] edges, int box, double limit) {
      double x1 = edges[4 * box];
      double y1 = edges[4 * box + 1];
      double x2 = edges[4 * box + 2];
      double y2 = edges[4 * box + 3];
      for (int k = 0; k < size; k++) {
        // All four negative: they share pixels. Branches that depend on chance would take longer.
        long signs =
            Double.doubleToRawLongBits(left[k] - x2)
                & Double.doubleToRawLongBits(x1 - right[k])
                & Double.doubleToRawLongBits(top[k] - y2)
                & Double.doubleToRawLongBits(y1 - bottom[k]);
        if (signs < 0 && overlap(k, x1, y1, x2, y2) > limit) {
          return true;
        }
      }
      return false;
    }

    void add(double[] edges, int box) {
      if (size == left.length) {
        left = Arrays.copyOf(left, 2 * size);
        top = Arrays.copyOf(top, 2 * size);
        right = Arrays.copyOf(right, 2 * size);
        bottom = Arrays.copyOf(bottom, 2 * size);
      }
      left[size] = edges[4 * box];
      top[size] = edges[4 * box + 1];
      right[size] = edges[4 * box + 2];
      bottom[size] = edges[4 * box + 3];
      size++;
    }

    private double overlap(int k, double x1, double y1, double x2, double y2) {
      double w = Math.min(x2, right[k]) - Math.max(x1, left[k]);
      double h = Math.min(y2, bottom[k]) - Math.max(y1, top[k]);
      double kept = (right[k] - left[k]) * (bottom[k] - top[k]);
      double intersection = w * h;
      return intersection / (kept + (x2 - x1) * (y2 - y1) - intersection);
    }
  }
}
