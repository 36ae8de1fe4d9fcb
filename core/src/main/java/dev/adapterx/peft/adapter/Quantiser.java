package dev.adapterx.peft.adapter;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Weights of a few bits: a tensor is normalised by its own mean and standard deviation, each value
 * becomes the nearest of {@code 2^b} levels, and the normalisation is undone:
 *
 * <pre>
 *   n = (w - mean(w)) / (std(w) + 1e-5),   Q(w) = level[argmin_k |n - level_k|] · std(w) + mean(w)
 * </pre>
 *
 * <p>The levels minimise the error for a standard normal variable, {@code min E|z - level|}: each
 * is the median of the values nearest to it. For one bit ± 0.6745.
 *
 * <p>The choice of a level has a straight-through gradient; mean and deviation are differentiated
 * exactly: {@code ∂Q = ∂w + (level - n) ∂std}, apart from the 1e-5.
 *
 * <p>Jie et al., Revisiting the Parameter Efficiency of Adapters from the Perspective of Precision
 * Redundancy, ICCV 2023, <a href="https://arxiv.org/abs/2307.16867">arXiv 2307.16867</a>.
 */
final class Quantiser {
  private static final double EPS = 1e-5;

  private final int bits;
  private final float[] levels;

  Quantiser(int bits) {
    this.bits = bits;
    double[] exact = levels(bits);
    levels = new float[exact.length];
    for (int k = 0; k < levels.length; k++) {
      levels[k] = (float) exact[k];
    }
  }

  /**
   * A tensor's quantised weights, as {@link #codes} and {@link #statistics} describe them;
   * differentiable.
   */
  Tensor quantised(Tensor w) {
    Tensor mean = w.mean();
    Tensor std = w.std(true);
    Tensor n = normalised(w, mean, std);
    // n - n is exactly 0: the value is the level, the gradient n's.
    Tensor straight = levelsOf(indices(n)).add(n.sub(n.detach()));
    return restored(straight, mean, std);
  }

  private static Tensor normalised(Tensor w, Tensor mean, Tensor std) {
    return w.sub(mean).div(std.add(new Scalar(EPS)));
  }

  private static Tensor restored(Tensor chosen, Tensor mean, Tensor std) {
    return chosen.mul(std).add(mean);
  }

  private Tensor indices(Tensor n) {
    float[] borders = new float[levels.length - 1];
    for (int k = 0; k < borders.length; k++) {
      borders[k] = (levels[k] + levels[k + 1]) / 2;
    }
    return torch.bucketize(n.detach(), Tensors.beside(n, Tensors.of(borders, borders.length)));
  }

  private Tensor levelsOf(Tensor indices) {
    return Tensors.beside(indices, Tensors.of(levels, levels.length)).take(indices);
  }

  /** Mean and deviation of a tensor: (2). */
  Tensor statistics(Tensor w) {
    return torch.stack(new TensorVector(w.mean(), w.std(true)), 0);
  }

  /** The number of bytes that the codes of {@code values} values take. */
  int bytes(long values) {
    return Math.toIntExact((values * bits + 7) / 8);
  }

  /** The index of each value's level, as a stream of bits: the first value in the lowest bits. */
  byte[] codes(Tensor w) {
    long[] indices = Tensors.longs(indices(normalised(w, w.mean(), w.std(true))));
    byte[] stream = new byte[bytes(indices.length)];
    for (int i = 0; i < indices.length; i++) {
      for (int k = 0; k < bits; k++) {
        long at = (long) i * bits + k;
        stream[(int) (at >> 3)] |= (byte) ((indices[i] >> k & 1) << (at & 7));
      }
    }
    return stream;
  }

  /**
   * The result of {@link #quantised} for the tensor that was packed, bit for bit.
   *
   * @param statistics mean and deviation
   */
  Tensor unpacked(byte[] codes, Tensor statistics, long... shape) {
    int count = 1;
    for (long extent : shape) {
      count = Math.multiplyExact(count, Math.toIntExact(extent));
    }
    long[] indices = new long[count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < bits; k++) {
        long at = (long) i * bits + k;
        indices[i] |= (long) (codes[(int) (at >> 3)] >> (at & 7) & 1) << k;
      }
    }
    Tensor chosen = levelsOf(Tensors.of(indices, shape));
    return restored(chosen, statistics.select(0, 0), statistics.select(0, 1));
  }

  /** The levels for a number of bits, ascending: the fixed point of the k-medians iteration. */
  static double[] levels(int bits) {
    int count = 1 << bits;
    double[] levels = new double[count];
    for (int k = 0; k < count; k++) {
      levels[k] = quantile((k + 0.5) / count);
    }
    double moved = 1;
    while (moved > 1e-12) {
      moved = 0;
      double below = 0;
      double[] next = new double[count];
      for (int k = 0; k < count; k++) {
        double above = k == count - 1 ? 1 : probability((levels[k] + levels[k + 1]) / 2);
        next[k] = quantile((below + above) / 2);
        moved = Math.max(moved, Math.abs(next[k] - levels[k]));
        below = above;
      }
      levels = next;
    }
    return levels;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Φ(x) by the series x + x³/3 + x⁵/(3·5) + …, which has no cancellation. */
  private static double probability(double x) {
    double term = x;
    double sum = x;
    for (int k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + density(x) * sum;
  }

  /** Φ⁻¹(p) by Newton's method, which approaches it from one side when started at 0. */
  private static double quantile(double p) {
    double x = 0;
    double step = 1;
    for (int i = 0; i < 100 && Math.abs(step) > 1e-15; i++) {
      step = (p - probability(x)) / density(x);
      x += step;
    }
    return x;
  }
}
