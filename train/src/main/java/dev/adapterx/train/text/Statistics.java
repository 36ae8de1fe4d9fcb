package dev.adapterx.train.text;

import java.util.Collection;

/**
 * Mean and spread of repeated measurements, for instance one accuracy per seed.
 *
 * <p>mean = Σx / n; std = √(Σ(x − mean)² / (n − 1)), the sample standard deviation (Bessel's
 * correction), which is what NumPy calls {@code ddof=1}. For one value std is NaN.
 */
public record Statistics(int n, double mean, double std) {

  /**
   * Statistics of at least one value.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Statistics of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("Statistics need at least one value, found none");
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0; // the second pass avoids the cancellation of E[x²] − mean²
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double std = values.length == 1 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    return new Statistics(values.length, mean, std);
  }

  /** Statistics of at least one value; see {@link #of(double...)}. */
  public static Statistics of(Collection<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
