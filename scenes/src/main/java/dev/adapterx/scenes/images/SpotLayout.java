package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.List;

/** The positions of the elements of an {@link Arrangement}, in a square from -1 to 1. */
enum SpotLayout {
  ROW(2, 5),
  COLUMN(2, 5),
  /** From one corner to the opposite one, either way. */
  DIAGONAL(2, 5),
  /** Evenly on a circle. */
  RING(3, 7),
  /** Anywhere, without overlap. */
  SCATTER(2, 7),
  /** Around the centre, overlapping. */
  HEAP(2, 5),
  /** All at the centre, each inside the one before. */
  NESTED(2, 5);

  /** An element's centre and largest radius. */
  record Spot(double x, double y, double radius) {}

  final int fewest;
  final int most;

  SpotLayout(int fewest, int most) {
    this.fewest = fewest;
    this.most = most;
  }

  List<Spot> spots(int count, Rng rng) {
    int mirror = Draw.chance(rng, 0.5) ? 1 : -1;
    double start = rng.nextDouble();
    List<Spot> spots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double line = (2 * i + 1.0) / count - 1;
      double slot = Math.min(0.42, 0.9 / count);
      spots.add(
          switch (this) {
            case ROW -> new Spot(mirror * line, 0, slot);
            case COLUMN -> new Spot(0, mirror * line, slot);
            case DIAGONAL -> new Spot(0.85 * line, 0.85 * mirror * line, 1.1 * slot);
            case RING -> {
              double turns = start + mirror * (double) i / count;
              double radius = Math.min(0.42, 0.62 * Waves.sin(0.5 / count));
              yield new Spot(0.68 * Waves.cos(turns), 0.68 * Waves.sin(turns), radius);
            }
            case SCATTER -> apart(spots, 0.62 / Math.sqrt(count), rng);
            case HEAP -> apart(spots, Draw.uniform(rng, 0.36, 0.5), 0.45, 0.42, rng);
            case NESTED -> new Spot(0, 0, 0.95 * (count - i) / count);
          });
    }
    return spots;
  }

  private static Spot apart(List<Spot> others, double radius, Rng rng) {
    return apart(others, radius, 1 - radius, 1.9 * radius, rng);
  }

  /** A random spot at least {@code distance} from the others, or the last tried. */
  private static Spot apart(
      List<Spot> others, double radius, double reach, double distance, Rng rng) {
    Spot spot = new Spot(0, 0, radius);
    for (int attempt = 0; attempt < 40; attempt++) {
      spot = new Spot(Draw.uniform(rng, -reach, reach), Draw.uniform(rng, -reach, reach), radius);
      double nearest = Double.MAX_VALUE;
      for (Spot other : others) {
        double dx = spot.x - other.x;
        double dy = spot.y - other.y;
        nearest = Math.min(nearest, Math.sqrt(dx * dx + dy * dy));
      }
      if (nearest >= distance) {
        return spot;
      }
    }
    return spot;
  }
}
