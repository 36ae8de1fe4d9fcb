package dev.adapterx.peft;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** How initial values lie: for comparing them with the distribution they were drawn from. */
public record Spread(int count, double mean, double std, double largest) {
  public static Spread of(Tensor tensor) {
    float[] values = Tensors.floats(tensor);
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    double mean = sum / values.length;
    return new Spread(
        values.length, mean, Math.sqrt(squares / values.length - mean * mean), largest);
  }

  /** U(± bound): no value beyond, some near, and the standard deviation that goes with it. */
  public boolean isUniform(double bound) {
    return largest <= bound && largest > 0.95 * bound && hasMoments(bound / Math.sqrt(3));
  }

  /** N(0, std), or truncated where nothing lies beyond two standard deviations. */
  public boolean isNormal(double std, boolean truncated) {
    boolean tails = truncated ? largest <= 2 * std : largest > 2.2 * std;
    // N(0, 1) cut at ± 2 has the standard deviation 0.8796.
    return tails && hasMoments(truncated ? 0.8796 * std : std);
  }

  /** Within four standard errors, that of the deviation taken as a normal's. */
  private boolean hasMoments(double expected) {
    return Math.abs(mean) < 4 * expected / Math.sqrt(count)
        && Math.abs(std - expected) < 4 * expected / Math.sqrt(2.0 * count);
  }
}
