package dev.adapterx.dense.segment;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.score.PixelCounts;
import dev.adapterx.task.Meter;
import java.util.ArrayList;
import java.util.List;

/** Counts pixels by true and found class, over a split and picture by picture. */
public final class PixelMeter implements Meter<ClassMask, Segmented> {
  private final PixelCounts counts;
  private final List<PixelScores.Picture> pictures = new ArrayList<>();
  private double loss;
  private long labelled;

  PixelMeter(int classes) {
    this.counts = new PixelCounts(classes);
  }

  @Override
  public void add(int index, ClassMask target, Segmented prediction) {
    PixelCounts own = new PixelCounts(counts.classes());
    own.add(target, prediction.classes());
    counts.add(own);
    loss += prediction.loss();
    labelled += target.labelled();
    pictures.add(new PixelScores.Picture(index, 100 * own.score().meanIou()));
  }

  @Override
  public PixelScores result(double seconds) {
    double mean = labelled == 0 ? Double.NaN : loss / labelled;
    return new PixelScores(counts, counts.score(), List.copyOf(pictures), mean, seconds);
  }
}
