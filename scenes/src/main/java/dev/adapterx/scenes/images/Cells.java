package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * Cellular texture: every grid cell has one seed point, moved from its centre by {@code jitter};
 * the image shows the distances F₁ and F₂ to the nearest two (Worley, "A Cellular Texture Basis
 * Function", SIGGRAPH 1996). Jitter 0 is a regular grid, 1 a Voronoi diagram; the grid is stretched
 * and rotated. Count, jitter, stretch, angle and style belong to the class, the seeds to the
 * instance.
 */
record Cells(double count, double jitter, double stretch, double turns, Style style)
    implements Texture.Pattern {
  private static final int PERIOD = 16;

  enum Style {
    BUMPS,
    BORDERS,
    SHADES,
    DOTS,
    RINGS
  }

  static Cells draw(Rng rng) {
    return new Cells(
        Draw.logUniform(rng, 2.5, 9),
        Draw.chance(rng, 0.3) ? 0 : Draw.uniform(rng, 0.2, 1),
        Draw.chance(rng, 0.4) ? 1 : Draw.uniform(rng, 1.2, 2.6),
        rng.nextDouble(),
        Draw.one(rng, Style.values()));
  }

  @Override
  public Field field(Rng rng) {
    double[] seedX = new double[PERIOD * PERIOD];
    double[] seedY = new double[PERIOD * PERIOD];
    double[] shade = new double[PERIOD * PERIOD];
    for (int i = 0; i < shade.length; i++) {
      seedX[i] = 0.5 + jitter * (rng.nextDouble() - 0.5);
      seedY[i] = 0.5 + jitter * (rng.nextDouble() - 0.5);
      shade[i] = rng.nextDouble();
    }
    double side = count * Draw.uniform(rng, 0.92, 1.08);
    double turn = turns + Draw.uniform(rng, -0.02, 0.02);
    double cos = Waves.cos(turn);
    double sin = Waves.sin(turn);
    double x0 = PERIOD * rng.nextDouble();
    double y0 = PERIOD * rng.nextDouble();
    return (x, y) -> {
      double u = x0 + side * (x * cos + y * sin);
      double v = y0 + side / stretch * (y * cos - x * sin);
      int column = (int) Math.floor(u);
      int row = (int) Math.floor(v);
      double nearest = 9;
      double next = 9;
      int cell = 0;
      for (int i = 0; i < 9; i++) {
        int c = column + i % 3 - 1;
        int r = row + i / 3 - 1;
        int index = (r & (PERIOD - 1)) * PERIOD + (c & (PERIOD - 1));
        double dx = c + seedX[index] - u;
        double dy = r + seedY[index] - v;
        double squared = dx * dx + dy * dy;
        if (squared < nearest) {
          next = nearest;
          nearest = squared;
          cell = index;
        } else if (squared < next) {
          next = squared;
        }
      }
      return tone(Math.sqrt(nearest), Math.sqrt(next), shade[cell]);
    };
  }

  private double tone(double nearest, double next, double shade) {
    return switch (style) {
      case BUMPS -> Field.clamp(1.2 * nearest);
      case BORDERS -> Field.clamp(1.5 - 8 * (next - nearest));
      case SHADES -> shade;
      case DOTS -> Field.clamp(8 * (0.32 - nearest) + 0.5);
      case RINGS -> Field.clamp(1.4 - 9 * Math.abs(nearest - 0.32));
    };
  }
}
