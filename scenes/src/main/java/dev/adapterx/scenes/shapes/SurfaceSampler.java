package dev.adapterx.scenes.shapes;

import dev.adapterx.base.Rng;

/**
 * Samples points on a surface, in each triangle in proportion to its area: a systematic sample of n
 * from the areas' running sum, uniform within a triangle.
 *
 * <p>Points inside another part are drawn again, up to {@value #ROUNDS} times; those still missing
 * are then taken where they are, so that the effort is bounded.
 */
final class SurfaceSampler {
  private static final int ROUNDS = 4;

  private final Surface surface;
  private final double[] running;

  SurfaceSampler(Surface surface) {
    this.surface = surface;
    this.running = new double[surface.triangles() + 1];
    for (int t = 0; t < surface.triangles(); t++) {
      running[t + 1] = running[t] + surface.area(t);
    }
  }

  /**
   * Coordinates of {@code n} points, in the order of the triangles.
   *
   * @param hole a ball {@code (x, y, z, r)} that must contain no point
   */
  double[] points(Rng rng, int n, double[] hole) {
    double[] out = new double[3 * n];
    int have = 0;
    for (int round = 0; round < ROUNDS && have < n; round++) {
      have = draw(rng, n, have, out, hole, round == ROUNDS - 1);
    }
    return out;
  }

  private int draw(Rng rng, int n, int from, double[] out, double[] hole, boolean last) {
    int wanted = n - from;
    int have = from;
    int triangle = 0;
    double step = running[running.length - 1] / wanted;
    for (int i = 0; i < wanted; i++) {
      double place = (i + rng.nextDouble()) * step;
      while (triangle < running.length - 2 && running[triangle + 1] < place) {
        triangle++;
      }
      double s = rng.nextDouble();
      double t = rng.nextDouble();
      boolean outside = s + t > 1;
      int at = 3 * have;
      surface.point(triangle, outside ? 1 - s : s, outside ? 1 - t : t, out, at);
      if (last
          || !(within(hole, out, at)
              || surface.hidden(triangle, out[at], out[at + 1], out[at + 2]))) {
        have++;
      }
    }
    return have;
  }

  private static boolean within(double[] hole, double[] p, int at) {
    double dx = p[at] - hole[0];
    double dy = p[at + 1] - hole[1];
    double dz = p[at + 2] - hole[2];
    return dx * dx + dy * dy + dz * dz < hole[3] * hole[3];
  }
}
