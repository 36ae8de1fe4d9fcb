package dev.adapterx.dense.segment;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * {@code Σ w_y (log Σ_c e^(x_c) - x_y)} over the labelled pixels of a picture, and its gradient
 * {@code w_y (softmax(x) - [c = y])}, written over the scores: one map of the picture's size is
 * passed over in memory, where autograd has four, labels of eight bytes and a pass of its own for
 * the pixels that are right. Maps are passed over by libtorch, and what concerns one class of a
 * pixel is done here.
 *
 * @param loss the sum
 * @param right how many pixels' labels have the largest score; where all are equal, none is
 */
record CrossEntropy(double loss, long right) {
  private static final long[] CLASSES = {0};

  /**
   * Turns scores into the gradient.
   *
   * @param scores (C, H, W) of fp32, contiguous, in the processor's memory, without gradient
   * @param factors w of each class
   */
  static CrossEntropy of(Tensor scores, ClassMask mask, double[] factors) {
    int classes = factors.length;
    short[] labels = mask.classes();
    int pixels = labels.length;
    if (!scores.is_contiguous() || scores.numel() != (long) classes * pixels) {
      throw new IllegalArgumentException(
          "%d scores of a mask of %d pixels and %d classes, or not contiguous"
              .formatted(scores.numel(), pixels, classes));
    }
    FloatBuffer values = Tensors.bytes(scores).asFloatBuffer();
    scores.sub_(scores.amax(CLASSES, false));
    double loss = 0;
    long right = 0;
    for (int i = 0; i < pixels; i++) {
      int label = labels[i];
      if (label != ClassMask.IGNORED) {
        float own = values.get(label * pixels + i);
        loss -= factors[label] * own;
        right += own >= 0 && differs(values, i, label, classes, pixels) ? 1 : 0;
      }
    }
    scores.exp_();
    Tensor sums = scores.sum(CLASSES, false, new ScalarTypeOptional());
    FloatBuffer logs = Tensors.bytes(sums.log()).asFloatBuffer();
    FloatBuffer shares = Tensors.bytes(sums).asFloatBuffer();
    for (int i = 0; i < pixels; i++) {
      int label = labels[i];
      if (label == ClassMask.IGNORED) {
        shares.put(i, 0);
        continue;
      }
      float sum = shares.get(i);
      int at = label * pixels + i;
      loss += factors[label] * logs.get(i);
      values.put(at, values.get(at) - sum); // e^x - Σ e^x, times w ÷ Σ e^x
      shares.put(i, (float) factors[label] / sum);
    }
    scores.mul_(sums);
    return new CrossEntropy(loss, right);
  }

  /** Whether another score of the pixel is below the largest, which is 0. */
  private static boolean differs(FloatBuffer values, int i, int label, int classes, int pixels) {
    for (int c = 1; c < classes; c++) {
      if (values.get((label + c) % classes * pixels + i) < 0) {
        return true;
      }
    }
    return false;
  }

  /** w of each class, of weights or, without, of ones, times a factor. */
  static double[] factors(List<Double> weights, int classes, double factor) {
    double[] factors = new double[classes];
    Arrays.setAll(factors, c -> (weights.isEmpty() ? 1 : weights.get(c)) * factor);
    return factors;
  }
}
