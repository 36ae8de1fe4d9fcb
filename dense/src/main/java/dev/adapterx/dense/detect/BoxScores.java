package dev.adapterx.dense.detect;

import dev.adapterx.dense.score.CocoScore;
import dev.adapterx.dense.score.VocScore;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a detection of a split was worth: COCO's AP first.
 *
 * @param coco COCO's figures
 * @param voc VOC's AP of each class, the area under the curve; NaN of one that is not there
 * @param objects how many of each class were to be found
 * @param pictures each by itself, in the order of the split
 * @param loss mean over the places that boxes have taken, of pictures with boxes
 */
@SuppressWarnings("ArrayRecordComponent") // figures; compared nowhere
public record BoxScores(
    CocoScore coco,
    double[] voc,
    int[] objects,
    List<Picture> pictures,
    double loss,
    double seconds)
    implements Scores {
  /** What detections are compared by: COCO's average precision, in percent. */
  public static final String AP = "AP";

  /** The IoU at which VOC and precision-recall curves are. */
  public static final double HALF = 0.5;

  private static final int LARGE = 5;

  /**
   * One picture, of boxes with a score of at least {@link BoxMeter#SHOWN}.
   *
   * @param index in its data set
   * @param quality {@link Pairing#quality} in percent; NaN where nothing is and nothing was found
   * @param right found boxes that are right at an IoU of 0.5
   * @param wrong found boxes that are not
   * @param missed true boxes that were not found
   */
  public record Picture(int index, double quality, int right, int wrong, int missed) {}

  /**
   * Where F1 is highest.
   *
   * @param score the least one that is taken for found
   * @param f1 the mean over classes at it, at an IoU of 0.5, in percent
   */
  public record Balance(double score, double f1) {}

  /**
   * The least score at which the mean F1 over classes is highest, the first of several; none where
   * nothing was to be found, or nothing was found.
   */
  public Optional<Balance> balance() {
    double[] mean = coco.balance();
    int best = 0;
    for (int s = 1; s < mean.length; s++) {
      best = mean[s] > mean[best] ? s : best;
    }
    return mean[best] > 0
        ? Optional.of(new Balance(best / (mean.length - 1.0), 100 * mean[best]))
        : Optional.empty();
  }

  @Override
  public Score primary() {
    return new Score(AP, 100 * coco.averagePrecision(), true);
  }

  /** COCO's figures that there are, in percent, and the mean of VOC's AP. */
  @Override
  public List<Score> all() {
    List<Score> scores = new ArrayList<>();
    scores.add(primary());
    double[] numbers = coco.numbers();
    for (int i = 1; i < numbers.length; i++) {
      if (numbers[i] >= 0) {
        scores.add(new Score(CocoScore.NAMES.get(i), 100 * numbers[i], true));
      }
    }
    double mean = VocScore.mean(voc);
    if (!Double.isNaN(mean)) {
      scores.add(new Score("VOC-AP50", 100 * mean, true));
    }
    return List.copyOf(scores);
  }

  /** AP of a class in percent; NaN where none of its objects was to be found. */
  public double averagePrecision(int label) {
    return 100 * coco.averagePrecision(label);
  }

  /** The same at one limit of IoU. */
  public double averagePrecision(int label, double limit) {
    double sum = 0;
    double[] curve = coco.curve(label, limit);
    for (double precision : curve) {
      sum += precision;
    }
    return 100 * sum / curve.length;
  }

  /** The pictures in which something is or was found, the worst first. */
  public List<Picture> worstFirst() {
    return pictures.stream()
        .filter(p -> !Double.isNaN(p.quality))
        .sorted(Comparator.comparingDouble(Picture::quality).thenComparingInt(Picture::index))
        .toList();
  }

  /** AP of small, medium and large objects in percent; NaN where there are none. */
  public double[] bySize() {
    double[] numbers = coco.numbers();
    double[] sizes = new double[3];
    for (int i = 0; i < sizes.length; i++) {
      double found = numbers[LARGE - 2 + i];
      sizes[i] = found < 0 ? Double.NaN : 100 * found;
    }
    return sizes;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "AP %.2f %%, AP50 %.2f %%, AP75 %.2f %% of %d pictures, loss %.4f",
        100 * coco.averagePrecision(),
        100 * coco.averagePrecision(HALF),
        100 * coco.averagePrecision(0.75),
        pictures.size(),
        loss);
  }
}
