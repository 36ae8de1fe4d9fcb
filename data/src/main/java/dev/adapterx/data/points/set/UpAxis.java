package dev.adapterx.data.points.set;

import java.util.Arrays;
import java.util.Optional;

/**
 * Guesses which axis points up, since rotating about another one silently ruins training. A
 * standing object needs a broad base: for each cloud and axis, the lowest 5 % of the points are
 * taken, and the product of their standard deviations along the other two axes, each divided by the
 * whole cloud's, is computed. The axis with the largest mean product points up, if it leads by a
 * tenth. Shapes that fly or swim have no base; a few of those do not affect the mean.
 */
final class UpAxis {
  private static final double LOWEST = 0.05;
  private static final double CLEARLY = 1.1;
  private static final String AXES = "xyz";

  private final double[] sums = new double[3];

  void add(float[] xyz) {
    for (int axis = 0; axis < 3; axis++) {
      sums[axis] += base(xyz, axis);
    }
  }

  /** The letter of the axis; empty when unclear. */
  Optional<String> guess() {
    int best = 0;
    for (int axis = 1; axis < 3; axis++) {
      best = sums[axis] > sums[best] ? axis : best;
    }
    double second = Math.max(sums[(best + 1) % 3], sums[(best + 2) % 3]);
    return sums[best] > CLEARLY * second
        ? Optional.of(AXES.substring(best, best + 1))
        : Optional.empty();
  }

  /** The relative breadth of the lower end along an axis; 1 is as broad as the cloud. */
  static double base(float[] xyz, int axis) {
    int points = xyz.length / 3;
    float[] heights = new float[points];
    for (int p = 0; p < points; p++) {
      heights[p] = xyz[3 * p + axis];
    }
    Arrays.sort(heights);
    float highest = heights[(int) (LOWEST * (points - 1))];
    double product = 1;
    for (int other : new int[] {(axis + 1) % 3, (axis + 2) % 3}) {
      double whole = deviation(xyz, axis, other, Float.POSITIVE_INFINITY);
      product *= whole == 0 ? 0 : deviation(xyz, axis, other, highest) / whole;
    }
    return product;
  }

  /** Standard deviation along {@code other} of the points that are not above {@code highest}. */
  private static double deviation(float[] xyz, int axis, int other, float highest) {
    int count = 0;
    double mean = 0;
    double squares = 0; // Welford's update: no cancellation far from the origin
    for (int p = 0; p < xyz.length; p += 3) {
      if (xyz[p + axis] <= highest) {
        double delta = xyz[p + other] - mean;
        mean += delta / ++count;
        squares += delta * (xyz[p + other] - mean);
      }
    }
    return Math.sqrt(squares / count);
  }
}
