package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

import dev.adapterx.base.Rng;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.draw.Draw;

/**
 * How a shape is scanned: points on its visible surface, perhaps with a ball missing, stretched a
 * little along its axes, rotated about y, with noise; then centred, scaled and shuffled.
 *
 * @param stretch largest relative change of each axis
 * @param heading the largest rotation about y to either side, in radians
 * @param holes probability that a ball of points is missing
 * @param noise the largest standard deviation of the noise, relative to the radius
 */
record Scan(double stretch, double heading, double holes, double noise) {
  /** A cloud of a shape of a family. */
  PointCloud of(ShapeFamily family, Genome genome, Rng rng, int points) {
    Rng sample = rng.at("sample");
    double[] p =
        family == ShapeFamily.FRACTAL
            ? genome.attractor(points)
            : points(family.surface(genome), sample, points);
    return finished(p, rng.at("scan"));
  }

  private PointCloud finished(double[] p, Rng rng) {
    int n = p.length / 3;
    pose(p, rng);
    normalise(p);
    double sigma = noise * rng.nextDouble() * rng.nextDouble();
    for (int i = 0; i < p.length; i++) {
      p[i] += sigma * Draw.grain(rng);
    }
    normalise(p);
    float[] xyz = new float[p.length];
    int[] order = rng.permutation(n);
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < 3; d++) {
        xyz[3 * i + d] = (float) p[3 * order[i] + d];
      }
    }
    return new PointCloud(xyz);
  }

  private double[] points(Surface surface, Rng rng, int n) {
    SurfaceSampler sampler = new SurfaceSampler(surface);
    double[] hole = {0, 0, 0, 0};
    if (Draw.chance(rng, holes)) {
      double[] few = sampler.points(rng, 16, hole);
      System.arraycopy(few, 3 * rng.nextInt(16), hole, 0, 3);
      hole[3] = Draw.uniform(rng, 0.15, 0.4) * radius(few);
    }
    return sampler.points(rng, n, hole);
  }

  private void pose(double[] p, Rng rng) {
    double[] scale = new double[3];
    for (int d = 0; d < 3; d++) {
      scale[d] = 1 + stretch * Draw.uniform(rng, -1, 1);
    }
    double angle = heading * Draw.uniform(rng, -1, 1);
    double c = cos(angle);
    double s = sin(angle);
    for (int i = 0; i < p.length; i += 3) {
      double x = scale[0] * p[i];
      double z = scale[2] * p[i + 2];
      p[i] = c * x + s * z;
      p[i + 1] *= scale[1];
      p[i + 2] = c * z - s * x;
    }
  }

  /** Moves the mean to 0 and the farthest point to distance 1. */
  private static void normalise(double[] p) {
    int n = p.length / 3;
    double[] mean = new double[3];
    for (int i = 0; i < p.length; i++) {
      mean[i % 3] += p[i] / n;
    }
    for (int i = 0; i < p.length; i++) {
      p[i] -= mean[i % 3];
    }
    double scale = 1 / Math.max(1e-9, radius(p));
    for (int i = 0; i < p.length; i++) {
      p[i] *= scale;
    }
  }

  /** The distance of the farthest point from the origin. */
  private static double radius(double[] p) {
    double most = 0;
    for (int i = 0; i < p.length; i += 3) {
      most = Math.max(most, p[i] * p[i] + p[i + 1] * p[i + 1] + p[i + 2] * p[i + 2]);
    }
    return Math.sqrt(most);
  }
}
