package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Cross-entropy over labelled points, a mean by the weights of their classes: {@code Σ w_y · ce ÷ Σ
 * w_y}; points without a class are in neither sum.
 *
 * @param weights w of each class; empty: 1
 */
record PartLoss(List<Double> weights) {
  PartLoss {
    weights = List.copyOf(weights);
    if (!weights.stream().allMatch(w -> w > 0 && w < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("class weights: expected positive numbers, found " + weights);
    }
  }

  /** Σ w_y over the labelled points. */
  double weight(List<PointLabels> targets) {
    return targets.stream().mapToDouble(this::weight).sum();
  }

  private double weight(PointLabels target) {
    if (weights.isEmpty()) {
      return target.labelled();
    }
    double sum = 0;
    for (short found : target.classes()) {
      sum += found == ClassMask.IGNORED ? 0 : weights.get(found);
    }
    return sum;
  }

  /**
   * The mean loss; 0 where no point is labelled.
   *
   * @param scores (B, C, N)
   * @param targets B of N points
   */
  Tensor of(Tensor scores, List<PointLabels> targets, double smoothing) {
    double all = weight(targets);
    float[] values = new float[weights.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = weights.get(c).floatValue();
    }
    Tensor byClass =
        weights.isEmpty() ? null : Tensors.beside(scores, Tensors.of(values, values.length));
    Tensor sum =
        torch.cross_entropy_loss(
            scores,
            Tensors.beside(scores, labels(targets)),
            Tensors.optional(byClass),
            torch.Reduction.Sum.value,
            ClassMask.IGNORED,
            smoothing);
    return Tensors.scaled(sum, all == 0 ? 0 : 1 / all);
  }

  /** Targets of one number of points as (B, N) of int64. */
  static Tensor labels(List<PointLabels> targets) {
    int points = targets.get(0).size();
    long[] labels = new long[targets.size() * points];
    for (int i = 0; i < targets.size(); i++) {
      short[] own = targets.get(i).classes();
      for (int p = 0; p < points; p++) {
        labels[i * points + p] = own[p];
      }
    }
    return Tensors.of(labels, targets.size(), points);
  }
}
