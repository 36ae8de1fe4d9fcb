package dev.adapterx.dense.segment;

import dev.adapterx.dense.score.PixelCounts;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a segmentation of a split was worth: mean IoU first.
 *
 * @param counts pixels by true and found class
 * @param score the figures of them
 * @param pictures each by itself, in the order of the split
 * @param loss mean cross-entropy of labelled pixels
 */
public record PixelScores(
    PixelCounts counts, PixelScore score, List<Picture> pictures, double loss, double seconds)
    implements Scores {
  /** What segmentations are compared by: the mean IoU over classes, in percent. */
  public static final String MEAN_IOU = "mIoU";

  /**
   * One picture.
   *
   * @param index in its data set
   * @param meanIou over the classes that are in it or were found in it, in percent; NaN where no
   *     pixel is labelled
   */
  public record Picture(int index, double meanIou) {}

  @Override
  public Score primary() {
    return new Score(MEAN_IOU, 100 * score.meanIou(), true);
  }

  @Override
  public List<Score> all() {
    return List.of(
        primary(),
        new Score("pixel-accuracy", 100 * score.overall(), true),
        new Score("mean-accuracy", 100 * score.meanAccuracy(), true),
        new Score("mean-dice", 100 * score.meanDice(), true));
  }

  /** The pictures of which pixels are labelled, the worst first. */
  public List<Picture> worstFirst() {
    return pictures.stream()
        .filter(p -> !Double.isNaN(p.meanIou))
        .sorted(Comparator.comparingDouble(Picture::meanIou).thenComparingInt(Picture::index))
        .toList();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "mIoU %.2f %%, pixel accuracy %.2f %% of %d pictures, loss %.4f",
        100 * score.meanIou(),
        100 * score.overall(),
        pictures.size(),
        loss);
  }
}
