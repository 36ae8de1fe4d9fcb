package dev.adapterx.scenes.shapes;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * The attractor of an iterated function system in space, by the chaos game over 2 to 7 affine
 * contractions, after Yamada et al., "Point Cloud Pre-training with Natural 3D Structures" (CVPR
 * 2022).
 *
 * <p>A system is accepted when its variance along every axis is at least {@value #LEAST_VARIANCE}
 * of the largest one, so that it is neither a point nor a line. An instance scales the maps'
 * coefficients a little; the paper adds points of other fractals instead.
 */
final class Attractor {
  static final double LEAST_VARIANCE = 0.05;
  private static final int TRIAL = 240;
  private static final int ATTEMPTS = 32;
  private static final int TRANSIENT = 24;

  private Attractor() {}

  /** Coordinates of {@code n} points. */
  static double[] points(Rng shared, Rng own, int n) {
    Placement[] maps = maps(shared);
    for (int k = 0; k < maps.length; k++) {
      double[] a = maps[k].a().clone();
      for (int i = 0; i < 12; i++) {
        a[i] *= 1 + 0.1 * Draw.uniform(own, -1, 1);
      }
      maps[k] = new Placement(a);
    }
    return orbit(maps, own, n);
  }

  /** The first system that fills space; after {@value #ATTEMPTS} attempts the last one. */
  private static Placement[] maps(Rng shared) {
    Placement[] maps = {};
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Rng rng = shared.at(attempt);
      maps = new Placement[Draw.whole(rng, 2, 7)];
      for (int k = 0; k < maps.length; k++) {
        maps[k] = contraction(rng);
      }
      if (flatness(orbit(maps, rng, TRIAL)) >= LEAST_VARIANCE) {
        return maps;
      }
    }
    return maps;
  }

  private static Placement contraction(Rng rng) {
    Placement p =
        Placement.HERE.move(
            Draw.uniform(rng, -1, 1), Draw.uniform(rng, -1, 1), Draw.uniform(rng, -1, 1));
    for (int i = 0; i < 2; i++) {
      p =
          p.turnX(Draw.uniform(rng, -Math.PI, Math.PI))
              .turnY(Draw.uniform(rng, -Math.PI, Math.PI))
              .turnZ(Draw.uniform(rng, -Math.PI, Math.PI));
      if (i == 0) {
        p =
            p.scale(
                Draw.uniform(rng, 0.2, 0.85),
                Draw.uniform(rng, 0.2, 0.85),
                Draw.uniform(rng, 0.2, 0.85));
      }
    }
    return p;
  }

  private static double[] orbit(Placement[] maps, Rng rng, int n) {
    double[] out = new double[3 * n];
    double x = 0;
    double y = 0;
    double z = 0;
    for (int i = -TRANSIENT; i < n; i++) {
      Placement map = maps[rng.nextInt(maps.length)];
      double nx = map.x(x, y, z);
      double ny = map.y(x, y, z);
      z = map.z(x, y, z);
      x = nx;
      y = ny;
      if (i >= 0) {
        out[3 * i] = x;
        out[3 * i + 1] = y;
        out[3 * i + 2] = z;
      }
    }
    return out;
  }

  /** The least variance along an axis over the largest. */
  private static double flatness(double[] p) {
    double least = Double.MAX_VALUE;
    double most = 1e-9;
    for (int d = 0; d < 3; d++) {
      double sum = 0;
      double squares = 0;
      for (int i = d; i < p.length; i += 3) {
        sum += p[i];
        squares += p[i] * p[i];
      }
      double n = p.length / 3.0;
      double variance = squares / n - (sum / n) * (sum / n);
      least = Math.min(least, variance);
      most = Math.max(most, variance);
    }
    return least / most;
  }
}
