package dev.adapterx.train;

import dev.adapterx.data.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts what probabilities got right, batch by batch. */
final class Tally {
  private final int classes;
  private final ConfusionMatrix confusion;
  private final List<Evaluation.Prediction> predictions = new ArrayList<>();
  private double loss;

  Tally(int classes) {
    this.classes = classes;
    this.confusion = new ConfusionMatrix(classes);
  }

  /**
   * A batch.
   *
   * @param probabilities (B, C) flat
   */
  void add(Batch batch, float[] probabilities) {
    for (int i = 0; i < batch.size(); i++) {
      float[] p = Arrays.copyOfRange(probabilities, i * classes, (i + 1) * classes);
      int label = batch.labels()[i];
      confusion.add(label, p);
      loss -= Math.log(Math.max(p[label], Float.MIN_NORMAL));
      int best = argmax(p);
      predictions.add(new Evaluation.Prediction(batch.indices()[i], label, best, p[best]));
    }
  }

  private static int argmax(float[] p) {
    int best = 0;
    for (int c = 1; c < p.length; c++) {
      best = p[c] > p[best] ? c : best;
    }
    return best;
  }

  Evaluation result(double seconds) {
    return new Evaluation(
        loss / Math.max(1, predictions.size()), confusion, List.copyOf(predictions), seconds);
  }
}
