package dev.adapterx.dense.detect;

import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.score.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which found boxes are right, at an IoU of 0.5: by score descending each takes the free true one
 * of its class that it overlaps most.
 *
 * @param right found boxes with a true one
 * @param wrong found boxes without, but for those in a crowd or on a difficult one
 * @param missed true boxes that none took
 * @param overlap sum of the IoUs of the right ones
 */
public record Pairing(
    List<Found<Box>> right, List<Found<Box>> wrong, List<Box> missed, double overlap) {
  private static final double LIMIT = 0.5;

  public Pairing {
    right = List.copyOf(right);
    wrong = List.copyOf(wrong);
    missed = List.copyOf(missed);
  }

  /**
   * Of a picture.
   *
   * @param found those that are to be shown or counted
   */
  public static Pairing of(List<Box> truths, List<Found<Box>> found) {
    List<Found<Box>> right = new ArrayList<>();
    List<Found<Box>> wrong = new ArrayList<>();
    Set<Integer> taken = new TreeSet<>();
    double sum = 0;
    List<Found<Box>> order = new ArrayList<>(found);
    order.sort(Comparator.comparingDouble((Found<Box> f) -> -f.score())); // stable
    for (Found<Box> f : order) {
      int best = -1;
      double most = LIMIT;
      boolean excused = false;
      for (int g = 0; g < truths.size(); g++) {
        Box truth = truths.get(g);
        if (truth.label() != f.label()) {
          continue;
        }
        if (!truth.isWanted()) {
          excused |= within(f.place(), truth) >= LIMIT || truth.overlap(f.place()) >= LIMIT;
        } else if (!taken.contains(g) && truth.overlap(f.place()) >= most) {
          most = truth.overlap(f.place());
          best = g;
        }
      }
      if (best >= 0) {
        taken.add(best);
        right.add(f);
        sum += most;
      } else if (!excused) {
        wrong.add(f);
      }
    }
    List<Box> missed = new ArrayList<>();
    for (int g = 0; g < truths.size(); g++) {
      if (truths.get(g).isWanted() && !taken.contains(g)) {
        missed.add(truths.get(g));
      }
    }
    return new Pairing(right, wrong, missed, sum);
  }

  /** Share of a found box that lies in a true one. */
  private static double within(Box found, Box truth) {
    double w = Math.min(found.x2(), truth.x2()) - Math.max(found.x1(), truth.x1());
    double h = Math.min(found.y2(), truth.y2()) - Math.max(found.y1(), truth.y1());
    return w <= 0 || h <= 0 ? 0 : w * h / (found.width() * found.height());
  }

  /**
   * Sum of the IoUs over the number of pairs and half of what has none (panoptic quality), 0 … 1;
   * NaN of an empty picture in which nothing was found.
   */
  public double quality() {
    return overlap / (right.size() + 0.5 * (wrong.size() + missed.size()));
  }
}
