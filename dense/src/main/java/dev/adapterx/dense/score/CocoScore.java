package dev.adapterx.dense.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * COCO's average precision and recall, equal to pycocotools' {@code COCOeval}. Classes without a
 * true object that has to be found take no part in a mean; a mean over no class is NaN.
 */
public final class CocoScore {
  /** What {@link #numbers} holds, in pycocotools' order. */
  public static final List<String> NAMES =
      List.of(
          "AP",
          "AP50",
          "AP75",
          "APsmall",
          "APmedium",
          "APlarge",
          "AR1",
          "AR10",
          "AR100",
          "ARsmall",
          "ARmedium",
          "ARlarge");

  /** Places on the recall axis: 0, 0.01 … 1. */
  public static final int RECALLS = 101;

  private static final int[] MOST_FOUND = {1, 10, CocoCounts.MOST_FOUND};
  private static final int ALL = 0;

  /** {@code precision[class][area][limit][recall]}; NaN of a class without true objects. */
  private final double[][][][] precision;

  /** {@code recall[class][area][most found][limit]}. */
  private final double[][][][] recall;

  /** {@code f1[class][least score]}, at an IoU of 0.5; NaN of a class without true objects. */
  private final double[][] f1;

  private CocoScore(int classes) {
    f1 = new double[classes][RECALLS];
    precision = new double[classes][Matching.AREAS.length][Matching.LIMITS.length][RECALLS];
    recall = new double[classes][Matching.AREAS.length][MOST_FOUND.length][Matching.LIMITS.length];
  }

  static CocoScore of(List<Collection<Matching>> classes) {
    CocoScore score = new CocoScore(classes.size());
    for (int c = 0; c < classes.size(); c++) {
      Ranking ranking = Ranking.of(classes.get(c));
      int there = classes.get(c).stream().mapToInt(m -> m.wanted(ALL)).sum();
      ranking.balance(ALL, 0, CocoCounts.MOST_FOUND, there, score.f1[c]);
      for (int a = 0; a < Matching.AREAS.length; a++) {
        int area = a;
        int wanted = classes.get(c).stream().mapToInt(m -> m.wanted(area)).sum();
        for (int m = 0; m < MOST_FOUND.length; m++) {
          for (int t = 0; t < Matching.LIMITS.length; t++) {
            score.recall[c][a][m][t] =
                ranking.curve(a, t, MOST_FOUND[m], wanted, score.precision[c][a][t]);
          }
        }
      }
    }
    return score;
  }

  /** The twelve numbers as pycocotools prints them: −1 where there is none. */
  public double[] numbers() {
    double[] numbers = {
      averagePrecision(),
      averagePrecision(0.5),
      averagePrecision(0.75),
      meanPrecision(1),
      meanPrecision(2),
      meanPrecision(3),
      meanRecall(ALL, 0),
      meanRecall(ALL, 1),
      meanRecall(ALL, 2),
      meanRecall(1, 2),
      meanRecall(2, 2),
      meanRecall(3, 2)
    };
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.isNaN(numbers[i]) ? -1 : numbers[i];
    }
    return numbers;
  }

  /** COCO's AP: mean over classes, IoU limits 0.5, 0.55 … 0.95 and recalls. */
  public double averagePrecision() {
    return meanPrecision(ALL);
  }

  /**
   * The mean over classes at one limit.
   *
   * @param limit 0.5, 0.55 … 0.95
   */
  public double averagePrecision(double limit) {
    int t = limit(limit);
    List<double[]> curves = new ArrayList<>();
    for (double[][][] ofClass : precision) {
      curves.add(ofClass[ALL][t]);
    }
    return mean(curves);
  }

  /** AP of one class; NaN where it has no true object. */
  public double averagePrecision(int label) {
    return mean(List.of(precision[label][ALL]));
  }

  /**
   * Precision of a class at recall 0, 0.01 … 1: the highest at that recall or above.
   *
   * @param limit of IoU: 0.5, 0.55 … 0.95
   */
  public double[] curve(int label, double limit) {
    return precision[label][ALL][limit(limit)].clone();
  }

  /**
   * F1 of a class, of what is found with a score of at least 0, 0.01 … 1, at an IoU of 0.5: {@code
   * 2 right / (true + found)}. NaN where it has no true object.
   */
  public double[] balance(int label) {
    return f1[label].clone();
  }

  /** The mean over classes that have true objects, for each least score; see {@link #balance}. */
  public double[] balance() {
    double[] means = new double[RECALLS];
    for (int s = 0; s < means.length; s++) {
      int at = s;
      means[s] = Means.known(Arrays.stream(f1).mapToDouble(of -> of[at]).toArray());
    }
    return means;
  }

  private double meanPrecision(int area) {
    List<double[]> curves = new ArrayList<>();
    for (double[][][] ofClass : precision) {
      curves.addAll(Arrays.asList(ofClass[area]));
    }
    return mean(curves);
  }

  private double meanRecall(int area, int most) {
    List<double[]> recalls = new ArrayList<>();
    for (double[][][] ofClass : recall) {
      recalls.add(ofClass[area][most]);
    }
    return mean(recalls);
  }

  private static int limit(double limit) {
    int t = (int) Math.round((limit - 0.5) / 0.05);
    if (t < 0 || t >= Matching.LIMITS.length || Math.abs(Matching.LIMITS[t] - limit) > 1e-9) {
      throw new IllegalArgumentException("IoU limit " + limit + " is none of 0.5, 0.55 … 0.95");
    }
    return t;
  }

  private static double mean(List<double[]> values) {
    return Means.known(values.stream().flatMapToDouble(Arrays::stream).toArray());
  }
}
