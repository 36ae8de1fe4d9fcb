package dev.adapterx.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The result of evaluating a classifier on a split.
 *
 * @param loss mean cross-entropy
 * @param confusion counts of (true class, predicted class)
 * @param predictions one per sample, in the order of the data set
 * @param seconds wall clock
 */
public record Evaluation(
    double loss, ConfusionMatrix confusion, List<Prediction> predictions, double seconds)
    implements Scores {
  /** Name of the score: the share of samples classified correctly. */
  public static final String ACCURACY = "accuracy";

  /** One sample's label and prediction. */
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

  @Override
  public Score primary() {
    return new Score(ACCURACY, accuracy(), true);
  }

  @Override
  public List<Score> all() {
    List<Score> scores = new ArrayList<>();
    scores.add(primary());
    scores.add(new Score("balanced-accuracy", 100 * confusion.balancedAccuracy(), true));
    scores.add(new Score("macro-f1", confusion.macroF1(), true));
    confusion
        .topFive()
        .ifPresent(share -> scores.add(new Score("top5-accuracy", 100 * share, true)));
    return List.copyOf(scores);
  }
}
