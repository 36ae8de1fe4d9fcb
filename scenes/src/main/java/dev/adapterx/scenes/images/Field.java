package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;

/** A number 0 … 1 at every point of the unit square, x to the right and y down. */
@FunctionalInterface
interface Field {
  double at(double x, double y);

  /** Constant. */
  static Field plain() {
    return (x, y) -> 0;
  }

  /** A ramp across the square in a random direction. */
  static Field ramp(Rng rng) {
    double turns = rng.nextDouble();
    double dx = Waves.cos(turns);
    double dy = Waves.sin(turns);
    return (x, y) -> clamp(0.5 + 0.75 * ((x - 0.5) * dx + (y - 0.5) * dy));
  }

  /** Two octaves of {@link Lattice} noise with about {@code cells} cells per side. */
  static Field clouds(Rng rng, double cells) {
    Lattice lattice = new Lattice(rng);
    double x0 = 16 * rng.nextDouble();
    double y0 = 16 * rng.nextDouble();
    return (x, y) -> {
      double coarse = lattice.at(x0 + x * cells, y0 + y * cells);
      double fine = lattice.at(y0 + 2.1 * y * cells, x0 + 2.1 * x * cells);
      return clamp(0.5 + 0.5 * coarse + 0.25 * fine);
    };
  }

  /** Parallel stripes, {@code count} per side, with soft or hard edges. */
  static Field stripes(Rng rng, double count, double hardness) {
    double turns = rng.nextDouble();
    double dx = count * Waves.cos(turns);
    double dy = count * Waves.sin(turns);
    double phase = rng.nextDouble();
    return (x, y) -> clamp(0.5 + hardness * Waves.sin(x * dx + y * dy + phase));
  }

  /** One value per pixel. */
  static Field pixels(float[] values, int size) {
    return (x, y) -> {
      int column = (int) (x * size);
      int row = (int) (y * size);
      return values[row * size + column];
    };
  }

  static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
