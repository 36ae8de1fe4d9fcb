package dev.adapterx.scenes.shapes;

/**
 * An affine map of space {@code p ↦ A p + t}, which places a part of a shape. Methods compose a
 * further map on the right, in the part's own coordinates.
 *
 * @param a the rows of {@code (A | t)}, twelve numbers
 */
@SuppressWarnings("ArrayRecordComponent") // twelve numbers read in the innermost loop
record Placement(double[] a) {
  static final Placement HERE = new Placement(new double[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});

  double x(double x, double y, double z) {
    return a[0] * x + a[1] * y + a[2] * z + a[3];
  }

  double y(double x, double y, double z) {
    return a[4] * x + a[5] * y + a[6] * z + a[7];
  }

  double z(double x, double y, double z) {
    return a[8] * x + a[9] * y + a[10] * z + a[11];
  }

  Placement move(double x, double y, double z) {
    double[] b = a.clone();
    b[3] = x(x, y, z);
    b[7] = y(x, y, z);
    b[11] = z(x, y, z);
    return new Placement(b);
  }

  Placement scale(double x, double y, double z) {
    double[] b = a.clone();
    for (int row = 0; row < 12; row += 4) {
      b[row] *= x;
      b[row + 1] *= y;
      b[row + 2] *= z;
    }
    return new Placement(b);
  }

  /** About the x axis, from y towards z, in radians. */
  Placement turnX(double angle) {
    return turn(1, 2, angle);
  }

  /** About the y axis, from z towards x, in radians. */
  Placement turnY(double angle) {
    return turn(2, 0, angle);
  }

  /** About the z axis, from x towards y, in radians. */
  Placement turnZ(double angle) {
    return turn(0, 1, angle);
  }

  /** Replaces the columns of A: the images of the three axes' unit vectors. */
  Placement axes(double[] x, double[] y, double[] z) {
    double[] b = a.clone();
    for (int row = 0; row < 12; row += 4) {
      b[row] = a[row] * x[0] + a[row + 1] * x[1] + a[row + 2] * x[2];
      b[row + 1] = a[row] * y[0] + a[row + 1] * y[1] + a[row + 2] * y[2];
      b[row + 2] = a[row] * z[0] + a[row + 1] * z[1] + a[row + 2] * z[2];
    }
    return new Placement(b);
  }

  private Placement turn(int from, int to, double angle) {
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    double[] b = a.clone();
    for (int row = 0; row < 12; row += 4) {
      b[row + from] = c * a[row + from] + s * a[row + to];
      b[row + to] = c * a[row + to] - s * a[row + from];
    }
    return new Placement(b);
  }

  /** The inverse map; all zero except {@code t = (2, 2, 2)} if there is none. */
  Placement inverse() {
    double c0 = a[5] * a[10] - a[6] * a[9];
    double c1 = a[6] * a[8] - a[4] * a[10];
    double c2 = a[4] * a[9] - a[5] * a[8];
    double det = a[0] * c0 + a[1] * c1 + a[2] * c2;
    if (Math.abs(det) < 1e-12) {
      return new Placement(new double[] {0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2});
    }
    double[] b = new double[12];
    b[0] = c0 / det;
    b[4] = c1 / det;
    b[8] = c2 / det;
    b[1] = (a[2] * a[9] - a[1] * a[10]) / det;
    b[5] = (a[0] * a[10] - a[2] * a[8]) / det;
    b[9] = (a[1] * a[8] - a[0] * a[9]) / det;
    b[2] = (a[1] * a[6] - a[2] * a[5]) / det;
    b[6] = (a[2] * a[4] - a[0] * a[6]) / det;
    b[10] = (a[0] * a[5] - a[1] * a[4]) / det;
    for (int row = 0; row < 12; row += 4) {
      b[row + 3] = -(b[row] * a[3] + b[row + 1] * a[7] + b[row + 2] * a[11]);
    }
    return new Placement(b);
  }
}
