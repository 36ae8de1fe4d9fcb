package dev.adapterx.tensor;

import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Initial values from the distributions common libraries use, drawn from the given stream: the same
 * on every machine.
 */
public final class Init {
  private Init() {}

  /** Zeros. */
  public static Tensor zeros(long... shape) {
    return Tensors.zeros(ScalarType.Float, shape);
  }

  /** One value everywhere. */
  public static Tensor constant(double value, long... shape) {
    return filled(() -> value, shape);
  }

  /** U(-bound, bound). */
  public static Tensor uniform(Rng rng, double bound, long... shape) {
    return filled(() -> bound * (2 * rng.nextDouble() - 1), shape);
  }

  /** Kaiming-uniform with a = √5, the default of linear layers: U(±1/√fanIn). */
  public static Tensor kaimingUniform(Rng rng, long fanIn, long... shape) {
    return uniform(rng, 1 / Math.sqrt((double) fanIn), shape);
  }

  /** Xavier-uniform of a (rows, columns) matrix: U(±√(6/(rows + columns))). */
  public static Tensor xavierUniform(Rng rng, long rows, long columns) {
    return uniform(rng, Math.sqrt(6.0 / (rows + columns)), rows, columns);
  }

  /** Normal. */
  public static Tensor normal(Rng rng, double mean, double std, long... shape) {
    return filled(() -> mean + std * rng.nextGaussian(), shape);
  }

  /** Normal with mean 0, redrawn outside ± 2 standard deviations. */
  public static Tensor truncatedNormal(Rng rng, double std, long... shape) {
    return filled(
        () -> {
          double z = rng.nextGaussian();
          while (Math.abs(z) > 2) {
            z = rng.nextGaussian();
          }
          return std * z;
        },
        shape);
  }

  /**
   * A (rows, columns) matrix whose shorter side consists of orthogonal vectors of length {@code
   * gain}: Gaussian vectors, orthonormalised one after the other (modified Gram–Schmidt), which
   * gives the same distribution as QR with positive diagonal.
   */
  public static Tensor orthogonal(Rng rng, double gain, int rows, int columns) {
    int count = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    double[][] system = new double[count][length];
    for (int i = 0; i < count; i++) {
      double[] v = system[i];
      Arrays.setAll(v, k -> rng.nextGaussian());
      for (int j = 0; j < i; j++) {
        double dot = dot(v, system[j]);
        for (int k = 0; k < length; k++) {
          v[k] -= dot * system[j][k];
        }
      }
      double norm = Math.sqrt(dot(v, v));
      Arrays.setAll(v, k -> v[k] / norm);
    }
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        values[r * columns + c] = (float) (gain * (rows <= columns ? system[r][c] : system[c][r]));
      }
    }
    return Tensors.of(values, rows, columns);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static Tensor filled(DoubleSupplier next, long... shape) {
    float[] values =
        new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) next.getAsDouble();
    }
    return Tensors.of(values, shape);
  }
}
