package dev.adapterx.data.points;

import dev.adapterx.base.Rng;
import java.util.function.DoubleSupplier;

/** Clouds for tests. */
final class Clouds {
  private Clouds() {}

  static PointCloud of(double... xyz) {
    float[] values = new float[xyz.length];
    for (int i = 0; i < xyz.length; i++) {
      values[i] = (float) xyz[i];
    }
    return new PointCloud(values);
  }

  /** Uniform in the cube [-1, 1]³. */
  static PointCloud random(int points, Rng rng) {
    return drawn(points, () -> 2 * rng.nextDouble() - 1);
  }

  /**
   * On a lattice of {@code steps} to the unit in [-1, 1]³: with a power of two up to 1024, squared
   * distances are exact in float as in double; with few steps many are equal, and many points too.
   */
  static PointCloud lattice(int points, int steps, Rng rng) {
    return drawn(points, () -> (rng.nextInt(2 * steps + 1) - steps) / (double) steps);
  }

  static double squaredDistance(PointCloud cloud, int a, int b) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double d = (double) cloud.xyz()[3 * a + axis] - cloud.xyz()[3 * b + axis];
      sum += d * d;
    }
    return sum;
  }

  static double norm(PointCloud cloud, int point) {
    return Math.hypot(
        Math.hypot(cloud.xyz()[3 * point], cloud.xyz()[3 * point + 1]), cloud.xyz()[3 * point + 2]);
  }

  private static PointCloud drawn(int points, DoubleSupplier coordinate) {
    double[] xyz = new double[3 * points];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = coordinate.getAsDouble();
    }
    return of(xyz);
  }
}
