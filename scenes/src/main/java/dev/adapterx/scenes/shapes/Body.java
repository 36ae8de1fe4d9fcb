package dev.adapterx.scenes.shapes;

/**
 * The inside of a solid part, which hides points of other parts.
 *
 * @param top for a rod, its radius at the top relative to that at the bottom
 * @param inverse from the shape's coordinates to the unit solid's
 */
record Body(Kind kind, double top, Placement inverse) {
  private static final double SKIN = 0.985;

  /** Unit solids in {@code [-1, 1]³}. */
  enum Kind {
    BOX,
    BALL,
    ROD
  }

  boolean holds(double px, double py, double pz) {
    double x = inverse.x(px, py, pz);
    double y = inverse.y(px, py, pz);
    double z = inverse.z(px, py, pz);
    if (Math.abs(y) > SKIN) {
      return false;
    }
    return switch (kind) {
      case BOX -> Math.abs(x) < SKIN && Math.abs(z) < SKIN;
      case BALL -> x * x + y * y + z * z < SKIN * SKIN;
      case ROD -> {
        double r = SKIN * (1 + (top - 1) * (y + 1) / 2);
        yield x * x + z * z < r * r;
      }
    };
  }
}
