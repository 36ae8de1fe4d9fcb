package dev.adapterx.dense.parts;

import dev.adapterx.dense.score.PixelCounts;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What labels of points of a split were worth. Where clouds have categories, the mean IoU over
 * shapes comes first, as ShapeNetPart's benchmark has it; else the mean IoU over classes, of the
 * points of all clouds together, as S3DIS's has it.
 *
 * @param counts points by true and found class
 * @param score the figures of them
 * @param shapes the means over shapes; absent where clouds have no categories
 * @param categories of the shapes
 * @param clouds each by itself, in the order of the split
 * @param loss mean cross-entropy of labelled points
 */
public record PartScores(
    PixelCounts counts,
    PixelScore score,
    @Nullable Shapes shapes,
    List<Category> categories,
    List<Cloud> clouds,
    double loss,
    double seconds)
    implements Scores {
  /** Mean over all shapes, in percent. */
  public static final String INSTANCE = "instance-mIoU";

  /** Mean over the categories, in percent. */
  public static final String CLASS = "class-mIoU";

  /** Mean over the classes of points, in percent. */
  public static final String MEAN_IOU = "mIoU";

  /** Share of the labelled points that are right, in percent. */
  public static final String ACCURACY = "point-accuracy";

  /**
   * Means of shapes, each the mean over the parts of its category; see {@link
   * dev.adapterx.dense.score.PartScore}.
   *
   * @param instance over all shapes
   * @param category over the categories
   * @param categories of each category's shapes; NaN of one without any
   */
  public record Shapes(double instance, double category, List<Double> categories) {
    public Shapes {
      categories = List.copyOf(categories);
    }
  }

  /**
   * One cloud.
   *
   * @param index in its data set
   * @param meanIou in percent, over the parts of its category, else over the classes that are in it
   *     or were found in it; NaN where no point is labelled
   */
  public record Cloud(int index, double meanIou) {}

  public PartScores {
    categories = List.copyOf(categories);
    clouds = List.copyOf(clouds);
  }

  @Override
  public Score primary() {
    return shapes == null
        ? new Score(MEAN_IOU, 100 * score.meanIou(), true)
        : new Score(INSTANCE, 100 * shapes.instance(), true);
  }

  @Override
  public List<Score> all() {
    List<Score> all = new ArrayList<>(List.of(primary()));
    if (shapes != null) {
      all.add(new Score(CLASS, 100 * shapes.category(), true));
    }
    all.add(new Score(ACCURACY, 100 * score.overall(), true));
    all.add(new Score("mean-accuracy", 100 * score.meanAccuracy(), true));
    if (shapes != null) {
      all.add(new Score(MEAN_IOU, 100 * score.meanIou(), true));
    }
    return List.copyOf(all);
  }

  /** The clouds of which points are labelled, the worst first. */
  public List<Cloud> worstFirst() {
    return clouds.stream()
        .filter(c -> !Double.isNaN(c.meanIou))
        .sorted(Comparator.comparingDouble(Cloud::meanIou).thenComparingInt(Cloud::index))
        .toList();
  }

  @Override
  public String toString() {
    String first =
        shapes == null
            ? String.format(Locale.ROOT, "mIoU %.2f %%", 100 * score.meanIou())
            : String.format(
                Locale.ROOT,
                "instance mIoU %.2f %%, class mIoU %.2f %%",
                100 * shapes.instance(),
                100 * shapes.category());
    return String.format(
        Locale.ROOT,
        "%s, point accuracy %.2f %% of %d clouds, loss %.4f",
        first,
        100 * score.overall(),
        clouds.size(),
        loss);
  }
}
