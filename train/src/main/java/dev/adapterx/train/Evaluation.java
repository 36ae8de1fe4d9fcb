package dev.adapterx.train;

import java.util.List;
import java.util.Locale;

/**
 * What a model got right on a split.
 *
 * @param loss mean cross-entropy
 * @param confusion counts of (true class, predicted class)
 * @param predictions one per sample, in the order of the data set
 * @param seconds wall clock
 */
public record Evaluation(
    double loss, ConfusionMatrix confusion, List<Prediction> predictions, double seconds) {
  /** One sample's outcome. */
  public record Prediction(int index, int label, int predicted, float probability) {}

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f %% of %d right, loss %.4f", accuracy(), predictions.size(), loss);
  }

  /** Top-1, in percent. */
  public double accuracy() {
    return 100 * confusion.accuracy();
  }
}
