package dev.adapterx.dense.score;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * PASCAL VOC's average precision by the rules of its development kit: a found box looks only at the
 * true one of its class that it overlaps most; it is right when their IoU is above the limit and no
 * surer one took it, wrong when one did, and neither when the true one is difficult. Of equal
 * scores the earlier counts first.
 *
 * <p>The kit measures boxes from pixel to pixel, both ends included, so it adds 1 to their sides;
 * edges as {@link Box} has them need no addition: what a VOC file calls 1 … 10 is 0 … 10 here.
 */
public final class VocScore {
  private record Ranked(double score, boolean right) {}

  private final double limit;

  /** Found ones of each class that count. */
  private final List<List<Ranked>> ranked = new ArrayList<>();

  private final long[] wanted;

  /**
   * Nothing counted yet.
   *
   * @param limit of IoU, 0.5 in the challenge
   */
  public VocScore(int classes, double limit) {
    if (classes < 1 || !(limit >= 0 && limit < 1)) {
      throw new DataException(
          "%d classes at an IoU of %s cannot be measured".formatted(classes, limit));
    }
    this.limit = limit;
    this.wanted = new long[classes];
    for (int c = 0; c < classes; c++) {
      ranked.add(new ArrayList<>());
    }
  }

  /**
   * Adds a picture.
   *
   * @throws DataException when a label is no class
   */
  public void add(List<Box> truths, List<Found<Box>> found) {
    truths.forEach(t -> requireClass(t.label()));
    found.forEach(f -> requireClass(f.label()));
    truths.forEach(t -> wanted[t.label()] += t.difficult() ? 0 : 1);
    boolean[] taken = new boolean[truths.size()];
    found.stream()
        .sorted(Comparator.comparingDouble((Found<Box> f) -> -f.score() + 0.0)) // stable
        .forEach(f -> judge(f, truths, taken));
  }

  private void judge(Found<Box> found, List<Box> truths, boolean[] taken) {
    double most = Double.NEGATIVE_INFINITY;
    int best = -1;
    for (int g = 0; g < truths.size(); g++) {
      Box truth = truths.get(g);
      double overlap = truth.label() == found.label() ? overlap(found.place(), truth) : -1;
      if (overlap >= 0 && overlap > most) {
        most = overlap;
        best = g;
      }
    }
    boolean hit = best >= 0 && most > limit;
    if (hit && truths.get(best).difficult()) {
      return;
    }
    ranked.get(found.label()).add(new Ranked(found.score(), hit && !taken[best]));
    if (hit) {
      taken[best] = true;
    }
  }

  /** The kit's arithmetic, on pixels counted from 1 with both ends included. */
  private static double overlap(Box found, Box truth) {
    double left = found.x1() + 1;
    double top = found.y1() + 1;
    double w = Math.max(Math.min(truth.x2(), found.x2()) - Math.max(truth.x1() + 1, left) + 1, 0);
    double h = Math.max(Math.min(truth.y2(), found.y2()) - Math.max(truth.y1() + 1, top) + 1, 0);
    double both = w * h;
    double own = (found.x2() - left + 1) * (found.y2() - top + 1);
    double other = (truth.x2() - (truth.x1() + 1) + 1) * (truth.y2() - (truth.y1() + 1) + 1);
    double either = own + other - both;
    return either > 0 ? both / either : 0;
  }

  /** By the rule of 2007: the mean of the highest precision at recall 0, 0.1 … 1 or above. */
  public double[] elevenPoints() {
    return each(Curve::elevenPoints);
  }

  /** By the rule since 2010: the area under the precision made monotone. */
  public double[] areas() {
    return each(Curve::area);
  }

  /** The mean over the classes that have something to be found. */
  public static double mean(double[] ofClasses) {
    return Means.known(ofClasses);
  }

  private double[] each(java.util.function.ToDoubleFunction<Curve> figure) {
    double[] figures = new double[wanted.length];
    for (int c = 0; c < figures.length; c++) {
      figures[c] = wanted[c] == 0 ? Double.NaN : figure.applyAsDouble(curve(c));
    }
    return figures;
  }

  private Curve curve(int label) {
    List<Ranked> order = new ArrayList<>(ranked.get(label));
    order.sort(Comparator.comparingDouble(r -> -r.score() + 0.0)); // stable
    double[] recall = new double[order.size()];
    double[] precision = new double[order.size()];
    int right = 0;
    for (int i = 0; i < recall.length; i++) {
      right += order.get(i).right() ? 1 : 0;
      recall[i] = (double) right / wanted[label];
      precision[i] = (double) right / (i + 1);
    }
    return new Curve(recall, precision);
  }

  private void requireClass(int label) {
    if (label >= wanted.length) {
      throw new DataException(
          "a box has the label %d; there are %d classes, 0 … %d"
              .formatted(label, wanted.length, wanted.length - 1));
    }
  }

  /** Precision by recall, which rises. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Curve(double[] recall, double[] precision) {
    double elevenPoints() {
      double sum = 0;
      for (int t = 0; t <= 10; t++) {
        double most = 0;
        for (int i = 0; i < recall.length; i++) {
          most = recall[i] >= t * 0.1 ? Math.max(most, precision[i]) : most;
        }
        sum += most / 11;
      }
      return sum;
    }

    double area() {
      double area = 0;
      double highest = 0;
      for (int i = recall.length - 1; i >= 0; i--) {
        highest = Math.max(highest, precision[i]);
        double before = i == 0 ? 0 : recall[i - 1];
        area += recall[i] == before ? 0 : (recall[i] - before) * highest;
      }
      return area;
    }
  }
}
