package dev.adapterx.task;

import dev.adapterx.base.Label;
import java.util.ArrayList;
import java.util.List;

/** Evaluates class probabilities against labels. */
public final class ClassMeter implements Meter<Label, float[]> {
  private final ConfusionMatrix confusion;
  private final List<Evaluation.Prediction> predictions = new ArrayList<>();
  private double loss;

  ClassMeter(int classes) {
    this.confusion = new ConfusionMatrix(classes);
  }

  @Override
  public void add(int index, Label target, float[] p) {
    int label = target.index();
    confusion.add(label, p);
    loss -= Math.log(Math.max(p[label], Float.MIN_NORMAL));
    int best = Probabilities.best(p);
    predictions.add(new Evaluation.Prediction(index, label, best, p[best]));
  }

  @Override
  public Evaluation result(double seconds) {
    return new Evaluation(
        loss / Math.max(1, predictions.size()), confusion, List.copyOf(predictions), seconds);
  }
}
