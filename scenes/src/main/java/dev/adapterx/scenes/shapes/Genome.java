package dev.adapterx.scenes.shapes;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * The random traits of a shape: draws that all instances of a class share, and each instance's
 * variation around them.
 *
 * <p>A formula must make its shared draws in an order that is independent of the instance's draws;
 * then class and instance never mix.
 */
final class Genome {
  /** How far an instance deviates from its class, relative to the range. */
  private static final double STRAY = 0.15;

  private final Rng shared;
  private final Rng own;

  Genome(Rng shared, Rng own) {
    this.shared = shared;
    this.own = own;
  }

  /** Whether the class has a trait. */
  boolean has(double probability) {
    return Draw.chance(shared, probability);
  }

  /** A count of the class, both ends included. */
  int count(int from, int to) {
    return Draw.whole(shared, from, to);
  }

  /** A size of the class, the same in all its instances. */
  double fixed(double from, double to) {
    return Draw.uniform(shared, from, to);
  }

  /** A size that belongs to the class and varies a little between its instances. */
  double size(double from, double to) {
    double typical = Draw.uniform(shared, from, to);
    double value = typical + STRAY * (to - from) * Draw.grain(own);
    return Math.max(Math.min(from, to), Math.min(Math.max(from, to), value));
  }

  /** A value that each instance draws independently, such as a pose. */
  double free(double from, double to) {
    return Draw.uniform(own, from, to);
  }

  /** A decision that each instance draws independently. */
  boolean chance(double probability) {
    return Draw.chance(own, probability);
  }

  /** Points of this instance's variant of the class's fractal. */
  double[] attractor(int points) {
    return Attractor.points(shared, own, points);
  }
}
