package dev.adapterx.dense.score;

import java.util.List;

/**
 * Which found objects of one class in one picture are right, by COCO's rule: in the order of their
 * scores each takes the true object it overlaps most, of equals the later one, at each of ten
 * limits of IoU and for each of four ranges of area.
 */
final class Matching {
  /** All, small, medium and large: both ends belong to a range. */
  static final double[][] AREAS = {{0, 1e10}, {0, 1024}, {1024, 9216}, {9216, 1e10}};

  static final double[] LIMITS = limits();

  private final double[] scores;

  /** Bit t of {@code right[a][d]}: found object d takes a true one at limit t. */
  private final short[][] right;

  /** Bit t of {@code ignored[a][d]}: it counts neither way. */
  private final short[][] ignored;

  /** True objects that have to be found, per range of areas. */
  private final int[] wanted = new int[AREAS.length];

  private Matching(double[] scores) {
    this.scores = scores;
    this.right = new short[AREAS.length][scores.length];
    this.ignored = new short[AREAS.length][scores.length];
  }

  /**
   * Matches.
   *
   * @param found by score descending
   */
  static <R> Matching of(List<Known<R>> truths, List<Found<R>> found, Overlap<R> overlap) {
    Matching matching = new Matching(found.stream().mapToDouble(Found::score).toArray());
    double[][] overlaps = new double[found.size()][truths.size()];
    double[] areas = new double[found.size()];
    for (int d = 0; d < overlaps.length; d++) {
      R place = found.get(d).place();
      areas[d] = overlap.area(place);
      for (int g = 0; g < truths.size(); g++) {
        overlaps[d][g] = overlap.of(place, truths.get(g).place(), truths.get(g).crowd());
      }
    }
    for (int a = 0; a < AREAS.length; a++) {
      matching.match(a, truths, overlaps, areas);
    }
    return matching;
  }

  private <R> void match(int a, List<Known<R>> truths, double[][] overlaps, double[] areas) {
    double least = AREAS[a][0];
    double most = AREAS[a][1];
    int n = truths.size();
    boolean[] aside = new boolean[n];
    int[] order = new int[n];
    int regular = 0;
    for (int g = 0; g < n; g++) {
      Known<R> truth = truths.get(g);
      aside[g] = truth.crowd() || truth.area() < least || truth.area() > most;
      if (!aside[g]) {
        order[regular++] = g;
      }
    }
    wanted[a] = regular;
    int end = regular;
    for (int g = 0; g < n; g++) {
      if (aside[g]) {
        order[end++] = g;
      }
    }
    for (int t = 0; t < LIMITS.length; t++) {
      boolean[] taken = new boolean[n];
      for (int d = 0; d < scores.length; d++) {
        int best = best(overlaps[d], truths, order, regular, taken, LIMITS[t]);
        if (best >= 0) {
          taken[best] = true;
          right[a][d] |= (short) (1 << t);
        }
        boolean outside = areas[d] < least || areas[d] > most;
        if (best >= 0 ? aside[best] : outside) {
          ignored[a][d] |= (short) (1 << t);
        }
      }
    }
  }

  private static <R> int best(
      double[] overlaps,
      List<Known<R>> truths,
      int[] order,
      int regular,
      boolean[] taken,
      double limit) {
    double most = Math.min(limit, 1 - 1e-10);
    int best = -1;
    for (int i = 0; i < order.length; i++) {
      int g = order[i];
      if (i == regular && best >= 0) {
        break; // a regular match goes before any that is left aside
      }
      if (!(taken[g] && !truths.get(g).crowd()) && overlaps[g] >= most) {
        most = overlaps[g];
        best = g;
      }
    }
    return best;
  }

  int size() {
    return scores.length;
  }

  double score(int d) {
    return scores[d];
  }

  int wanted(int area) {
    return wanted[area];
  }

  boolean right(int area, int d, int limit) {
    return (right[area][d] & ~ignored[area][d] & (1 << limit)) != 0;
  }

  boolean wrong(int area, int d, int limit) {
    return ((right[area][d] | ignored[area][d]) & (1 << limit)) == 0;
  }

  /** numpy's linspace(0.5, 0.95, 10), bit for bit. */
  private static double[] limits() {
    double[] limits = new double[10];
    double step = (0.95 - 0.5) / 9;
    for (int i = 0; i < 9; i++) {
      limits[i] = i * step + 0.5;
    }
    limits[9] = 0.95;
    return limits;
  }
}
