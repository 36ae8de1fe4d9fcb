package dev.adapterx.scenes.shapes;

/** Vectors of three numbers. */
final class Space {
  private Space() {}

  static double distance(double[] a, double[] b) {
    double x = b[0] - a[0];
    double y = b[1] - a[1];
    double z = b[2] - a[2];
    return Math.sqrt(x * x + y * y + z * z);
  }

  /** The unit vector from one point towards another; up where they are the same. */
  static double[] direction(double[] a, double[] b) {
    double length = distance(a, b);
    return length < 1e-12
        ? new double[] {0, 1, 0}
        : new double[] {(b[0] - a[0]) / length, (b[1] - a[1]) / length, (b[2] - a[2]) / length};
  }

  static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  /** A unit vector at a right angle to a unit vector. */
  static double[] across(double[] d) {
    double[] other = Math.abs(d[0]) < 0.7 ? new double[] {1, 0, 0} : new double[] {0, 1, 0};
    return direction(new double[3], cross(d, other));
  }

  /** {@code a + length · direction}. */
  static double[] along(double[] a, double[] direction, double length) {
    return new double[] {
      a[0] + length * direction[0], a[1] + length * direction[1], a[2] + length * direction[2]
    };
  }
}
