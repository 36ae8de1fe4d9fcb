package dev.adapterx.data.points.set;

import java.util.List;

/**
 * The axis-aligned bounding box of points.
 *
 * @param low x, y and z of its lowest corner
 * @param high x, y and z of its highest corner
 */
public record Box(List<Float> low, List<Float> high) {
  /** The bounding box of points (N, 3) in one array, N at least 1. */
  static Box of(float[] xyz) {
    float[] low = {xyz[0], xyz[1], xyz[2]};
    float[] high = low.clone();
    for (int i = 3; i < xyz.length; i++) {
      low[i % 3] = Math.min(low[i % 3], xyz[i]);
      high[i % 3] = Math.max(high[i % 3], xyz[i]);
    }
    return new Box(List.of(low[0], low[1], low[2]), List.of(high[0], high[1], high[2]));
  }

  /** The smallest box that contains both. */
  Box with(Box other) {
    return new Box(
        List.of(
            Math.min(low(0), other.low(0)),
            Math.min(low(1), other.low(1)),
            Math.min(low(2), other.low(2))),
        List.of(
            Math.max(high(0), other.high(0)),
            Math.max(high(1), other.high(1)),
            Math.max(high(2), other.high(2))));
  }

  float low(int axis) {
    return low.get(axis);
  }

  float high(int axis) {
    return high.get(axis);
  }

  /** Length of its longest edge. */
  double extent() {
    double extent = 0;
    for (int axis = 0; axis < 3; axis++) {
      extent = Math.max(extent, (double) high(axis) - low(axis));
    }
    return extent;
  }
}
