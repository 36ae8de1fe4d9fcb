package dev.adapterx.dense.score;

import dev.adapterx.base.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mean IoU of parts of shapes by ShapeNetPart's rule: of the parts of the shape's category each has
 * an IoU over the shape's points, 1 where the part is neither there nor predicted; the shape's is
 * their mean.
 */
public final class PartScore {
  /** A prediction that is none of the category's parts: wrong, and of no part's prediction. */
  public static final int FOREIGN = -1;

  /** Of each category, the global ids of its parts. */
  private final List<int[]> parts;

  private final List<List<Double>> shapes = new ArrayList<>();

  /**
   * No shapes yet.
   *
   * @param parts of each category; a part belongs to one category alone
   */
  public PartScore(List<int[]> parts) {
    List<Integer> seen = new ArrayList<>();
    for (int[] ofCategory : parts) {
      if (ofCategory.length == 0) {
        throw new DataException("category " + shapes.size() + " has no parts");
      }
      for (int part : ofCategory) {
        if (seen.contains(part)) {
          throw new DataException("part " + part + " is named twice");
        }
        seen.add(part);
      }
      shapes.add(new ArrayList<>());
    }
    this.parts = parts.stream().map(int[]::clone).toList();
  }

  /**
   * Adds a shape.
   *
   * @param truth the part of each point
   * @param predicted the part of each point, of the same category, or {@link #FOREIGN}
   * @return the shape's mean IoU
   * @throws DataException when the numbers of points differ, there is none, or a part is none of
   *     the category's
   */
  public double add(int category, int[] truth, int[] predicted) {
    if (category < 0 || category >= parts.size()) {
      throw new DataException(
          "a shape has category %d; there are %d".formatted(category, parts.size()));
    }
    if (truth.length != predicted.length || truth.length == 0) {
      throw new DataException(
          "a shape has %d points with a part and %d with a predicted one"
              .formatted(truth.length, predicted.length));
    }
    int[] own = parts.get(category);
    long[] both = new long[own.length];
    long[] either = new long[own.length];
    for (int i = 0; i < truth.length; i++) {
      int t = position(own, truth[i], category, "point " + i);
      either[t]++;
      if (predicted[i] == FOREIGN) {
        continue;
      }
      int p = position(own, predicted[i], category, "the prediction of point " + i);
      if (t == p) {
        both[t]++;
      } else {
        either[p]++;
      }
    }
    double sum = 0;
    for (int k = 0; k < own.length; k++) {
      sum += either[k] == 0 ? 1 : (double) both[k] / either[k];
    }
    double mean = sum / own.length;
    shapes.get(category).add(mean);
    return mean;
  }

  /**
   * Where among scores the highest is, of those that belong to a category: only its parts compete.
   *
   * @param scores one for each part of all categories, by id
   */
  public int best(int category, float[] scores) {
    int best = parts.get(category)[0];
    for (int part : parts.get(category)) {
      best = scores[part] > scores[best] ? part : best;
    }
    return best;
  }

  /** Mean over all shapes; NaN without any. */
  public double instanceMean() {
    return Means.known(
        shapes.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray());
  }

  /** Mean of each category's shapes; NaN of one without shapes. */
  public double[] categoryMeans() {
    return shapes.stream()
        .mapToDouble(s -> Means.known(s.stream().mapToDouble(Double::doubleValue).toArray()))
        .toArray();
  }

  /** Mean over the categories that have shapes. */
  public double classMean() {
    return Means.known(categoryMeans());
  }

  private static int position(int[] own, int part, int category, String what) {
    for (int k = 0; k < own.length; k++) {
      if (own[k] == part) {
        return k;
      }
    }
    throw new DataException(
        "%s has part %d; category %d has the parts %s"
            .formatted(what, part, category, Arrays.toString(own)));
  }
}
