package dev.adapterx.dense.score;

import java.util.Arrays;

/**
 * Figures of a segmentation, as mmsegmentation's {@code IoUMetric}; fractions, not percent. TP_c:
 * pixels of class c that are predicted c.
 *
 * <p>What has no pixels to be measured on is NaN, and means leave it out: the IoU of a class that
 * is neither there nor predicted (one that is only predicted has 0), the accuracy of one that is
 * not there. The F score of a class that is there, is predicted and never right is 0 ÷ 0 in the
 * reference too, so NaN.
 *
 * @param pixels of the truth, per class
 * @param iou TP ÷ (truth + predicted − TP)
 * @param accuracy TP ÷ truth
 * @param dice 2 TP ÷ (truth + predicted)
 * @param precision TP ÷ predicted
 * @param fScore 2 · precision · recall ÷ (precision + recall); recall is the accuracy
 * @param overall ΣTP ÷ Σtruth, mmsegmentation's aAcc
 */
@SuppressWarnings("ArrayRecordComponent")
public record PixelScore(
    long[] pixels,
    double[] iou,
    double[] accuracy,
    double[] dice,
    double[] precision,
    double[] fScore,
    double overall) {

  static PixelScore of(long[] right, long[] truth, long[] predicted) {
    int n = right.length;
    double[] iou = new double[n];
    double[] accuracy = new double[n];
    double[] dice = new double[n];
    double[] precision = new double[n];
    double[] fScore = new double[n];
    for (int c = 0; c < n; c++) {
      double tp = right[c];
      iou[c] = tp / (truth[c] + predicted[c] - right[c]);
      accuracy[c] = tp / truth[c];
      dice[c] = 2 * tp / (truth[c] + predicted[c]);
      precision[c] = tp / predicted[c];
      fScore[c] = 2 * (precision[c] * accuracy[c]) / (precision[c] + accuracy[c]);
    }
    double overall = (double) Arrays.stream(right).sum() / Arrays.stream(truth).sum();
    return new PixelScore(truth, iou, accuracy, dice, precision, fScore, overall);
  }

  /** Mean over the classes that have one; the figure segmentations are compared by. */
  public double meanIou() {
    return Means.known(iou);
  }

  public double meanAccuracy() {
    return Means.known(accuracy);
  }

  public double meanDice() {
    return Means.known(dice);
  }

  public double meanPrecision() {
    return Means.known(precision);
  }

  public double meanFScore() {
    return Means.known(fScore);
  }
}
