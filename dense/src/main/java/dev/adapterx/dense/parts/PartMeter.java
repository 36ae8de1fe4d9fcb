package dev.adapterx.dense.parts;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.score.PartScore;
import dev.adapterx.dense.score.PixelCounts;
import dev.adapterx.task.Meter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts points by true and found class, over a split and cloud by cloud. */
public final class PartMeter implements Meter<PointLabels, LabelledPoints> {
  private final PixelCounts counts;
  private final List<Category> categories;
  private final PartScore parts;
  private final List<PartScores.Cloud> clouds = new ArrayList<>();
  private double loss;
  private long labelled;

  PartMeter(int classes, List<Category> categories) {
    this.counts = new PixelCounts(classes);
    this.categories = categories;
    this.parts =
        new PartScore(
            categories.stream()
                .map(c -> c.parts().stream().mapToInt(Integer::intValue).toArray())
                .toList());
  }

  @Override
  public void add(int index, PointLabels target, LabelledPoints prediction) {
    int points = target.size();
    PixelCounts own = new PixelCounts(counts.classes());
    own.add(
        new ClassMask(points, 1, target.classes()), new ClassMask(points, 1, prediction.classes()));
    counts.add(own);
    loss += prediction.loss();
    labelled += target.labelled();
    clouds.add(new PartScores.Cloud(index, 100 * iou(target, prediction, own)));
  }

  private double iou(PointLabels target, LabelledPoints prediction, PixelCounts own) {
    if (categories.isEmpty()) {
      return own.score().meanIou();
    }
    if (target.category() < 0) {
      throw new DataException("a cloud has no category; parts are measured category by category");
    }
    int[] truth = new int[target.labelled()];
    int[] found = new int[truth.length];
    int next = 0;
    for (int i = 0; i < target.size(); i++) {
      if (target.classes()[i] != ClassMask.IGNORED) {
        int guess = prediction.classes()[i];
        truth[next] = target.classes()[i];
        boolean among = categories.get(target.category()).parts().contains(guess);
        found[next++] = among ? guess : PartScore.FOREIGN;
      }
    }
    return truth.length == 0 ? Double.NaN : parts.add(target.category(), truth, found);
  }

  @Override
  public PartScores result(double seconds) {
    double mean = labelled == 0 ? Double.NaN : loss / labelled;
    return new PartScores(
        counts,
        counts.score(),
        categories.isEmpty()
            ? null
            : new PartScores.Shapes(
                parts.instanceMean(), parts.classMean(), list(parts.categoryMeans())),
        categories,
        List.copyOf(clouds),
        mean,
        seconds);
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
