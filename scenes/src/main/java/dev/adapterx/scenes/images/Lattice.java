package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * Smooth value noise in the plane, -1 … 1: random values at whole coordinates, blended with {@code
 * 3t² - 2t³}. Repeats every 16 cells (Perlin, "An Image Synthesizer", SIGGRAPH 1985, with values in
 * place of gradients).
 */
final class Lattice {
  private static final int PERIOD = 16;

  private final double[] values = new double[PERIOD * PERIOD];

  Lattice(Rng rng) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Draw.uniform(rng, -1, 1);
    }
  }

  double at(double x, double y) {
    double left = Math.floor(x);
    double top = Math.floor(y);
    double across = smooth(x - left);
    double down = smooth(y - top);
    int column = (int) left;
    int row = (int) top;
    double upper = mix(value(column, row), value(column + 1, row), across);
    double lower = mix(value(column, row + 1), value(column + 1, row + 1), across);
    return mix(upper, lower, down);
  }

  /** Without the identity, so that a formula's description is the same in every run. */
  @Override
  public String toString() {
    return "noise";
  }

  private double value(int column, int row) {
    return values[(row & (PERIOD - 1)) * PERIOD + (column & (PERIOD - 1))];
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double from, double to, double share) {
    return from + (to - from) * share;
  }
}
