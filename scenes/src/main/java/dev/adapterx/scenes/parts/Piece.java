package dev.adapterx.scenes.parts;

import dev.adapterx.base.Rng;

/** A surface that points are drawn from, evenly by area. */
sealed interface Piece {
  /** Its area. */
  double area();

  /** A point on it, written at an index of an array. */
  void draw(Rng rng, float[] into, int at);

  /**
   * The surface of a box along the axes.
   *
   * @param low lower corner
   * @param high upper corner
   */
  @SuppressWarnings("ArrayRecordComponent") // corners; compared nowhere
  record Box(double[] low, double[] high) implements Piece {
    private double side(int axis) {
      return high[axis] - low[axis];
    }

    private double face(int axis) {
      return side((axis + 1) % 3) * side((axis + 2) % 3);
    }

    @Override
    public double area() {
      return 2 * (face(0) + face(1) + face(2));
    }

    @Override
    public void draw(Rng rng, float[] into, int at) {
      double left = rng.nextDouble() * (face(0) + face(1) + face(2));
      int flat = left < face(0) ? 0 : left < face(0) + face(1) ? 1 : 2;
      for (int axis = 0; axis < 3; axis++) {
        double share = axis == flat ? rng.nextInt(2) : rng.nextDouble();
        into[at + axis] = (float) (low[axis] + share * side(axis));
      }
    }
  }

  /**
   * The mantle of an upright cone that may be cut off, without its ends.
   *
   * @param x of the axis
   * @param z of the axis
   * @param low y of the lower end
   * @param high y of the upper end
   * @param below radius there
   * @param above radius there
   */
  record Cone(double x, double z, double low, double high, double below, double above)
      implements Piece {
    @Override
    public double area() {
      double slant = Math.hypot(high - low, below - above);
      return Math.PI * (below + above) * slant;
    }

    @Override
    public void draw(Rng rng, float[] into, int at) {
      double u = rng.nextDouble();
      double sum = below * below + u * (above * above - below * below);
      double radius = Math.sqrt(sum);
      double share = below == above ? u : (radius - below) / (above - below);
      double angle = 2 * Math.PI * rng.nextDouble();
      into[at] = (float) (x + radius * StrictMath.cos(angle));
      into[at + 1] = (float) (low + share * (high - low));
      into[at + 2] = (float) (z + radius * StrictMath.sin(angle));
    }
  }

  /**
   * A ring like a handle, in the plane of x and y.
   *
   * @param x of the middle
   * @param y of the middle
   * @param radius of the ring
   * @param thick radius of what is bent to it
   */
  record Ring(double x, double y, double radius, double thick) implements Piece {
    @Override
    public double area() {
      return 4 * Math.PI * Math.PI * radius * thick;
    }

    @Override
    public void draw(Rng rng, float[] into, int at) {
      double around = 2 * Math.PI * rng.nextDouble();
      double across = 2 * Math.PI * rng.nextDouble();
      double reach = radius + thick * StrictMath.cos(across);
      into[at] = (float) (x + reach * StrictMath.cos(around));
      into[at + 1] = (float) (y + reach * StrictMath.sin(around));
      into[at + 2] = (float) (thick * StrictMath.sin(across));
    }
  }
}
