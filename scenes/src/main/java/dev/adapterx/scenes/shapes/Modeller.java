package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/**
 * Adds parts to a surface under a placement. Placing gives another modeller of the same surface.
 */
final class Modeller {
  static final double TURN = 2 * Math.PI;

  private final Surface surface;
  private final Placement place;

  Modeller(Surface surface) {
    this(surface, Placement.HERE);
  }

  private Modeller(Surface surface, Placement place) {
    this.surface = surface;
    this.place = place;
  }

  Surface surface() {
    return surface;
  }

  Modeller move(double x, double y, double z) {
    return new Modeller(surface, place.move(x, y, z));
  }

  Modeller scale(double x, double y, double z) {
    return new Modeller(surface, place.scale(x, y, z));
  }

  Modeller turnX(double angle) {
    return new Modeller(surface, place.turnX(angle));
  }

  Modeller turnY(double angle) {
    return new Modeller(surface, place.turnY(angle));
  }

  Modeller turnZ(double angle) {
    return new Modeller(surface, place.turnZ(angle));
  }

  /** Adds a vertex given in this placement's coordinates. */
  int vertex(double x, double y, double z) {
    return surface.vertex(place.x(x, y, z), place.y(x, y, z), place.z(x, y, z));
  }

  /** A box by its centre and its three widths. */
  void box(double x, double y, double z, double width, double height, double depth) {
    Modeller unit = move(x, y, z).scale(width / 2, height / 2, depth / 2);
    surface.begin(new Body(Body.Kind.BOX, 1, unit.place.inverse()));
    unit.corners(1, 1);
  }

  /** A box by its base's centre, with its base at {@code y}. */
  void post(double x, double y, double z, double width, double height, double depth) {
    box(x, y + height / 2, z, width, height, depth);
  }

  /** A truncated pyramid with its base at {@code y}; the top's widths relative to the base's. */
  void pyramid(double y, double width, double height, double depth, double topX, double topZ) {
    surface.beginSkin();
    move(0, y + height / 2, 0).scale(width / 2, height / 2, depth / 2).corners(topX, topZ);
  }

  private void corners(double topX, double topZ) {
    int[] v = new int[8];
    for (int i = 0; i < 8; i++) {
      boolean top = (i & 2) != 0;
      double x = (i & 1) == 0 ? -1 : 1;
      double z = (i & 4) == 0 ? -1 : 1;
      v[i] = vertex(top ? x * topX : x, top ? 1 : -1, top ? z * topZ : z);
    }
    surface.quad(v[0], v[1], v[3], v[2]);
    surface.quad(v[4], v[5], v[7], v[6]);
    surface.quad(v[0], v[1], v[5], v[4]);
    surface.quad(v[2], v[3], v[7], v[6]);
    surface.quad(v[0], v[2], v[6], v[4]);
    surface.quad(v[1], v[3], v[7], v[5]);
  }

  /** An ellipsoid by its centre and its half axes. */
  void ball(double x, double y, double z, double rx, double ry, double rz) {
    Modeller unit = move(x, y, z).scale(rx, ry, rz);
    surface.begin(new Body(Body.Kind.BALL, 1, unit.place.inverse()));
    double[] height = new double[9];
    double[] radius = new double[9];
    for (int i = 0; i < 9; i++) {
      height[i] = -cos(i * Math.PI / 8);
      radius[i] = sin(i * Math.PI / 8);
    }
    unit.rings(radius, height, 14);
  }

  void ball(double x, double y, double z, double r) {
    ball(x, y, z, r, r, r);
  }

  /** An upright cylinder or cone with its base at {@code y} and both ends closed. */
  void column(double x, double y, double z, double bottom, double top, double height) {
    if (bottom < top) {
      move(x, y + height, z).scale(1, -1, 1).column(0, 0, 0, top, bottom, height);
      return;
    }
    Modeller unit = move(x, y + height / 2, z).scale(bottom, height / 2, bottom);
    surface.begin(new Body(Body.Kind.ROD, top / bottom, unit.place.inverse()));
    double r = top / bottom;
    unit.rings(new double[] {0, 1, r, 0}, new double[] {-1, -1, 1, 1}, 14);
  }

  /** A rod between two points, of two radii. */
  void rod(double[] from, double[] to, double r0, double r1) {
    double length = Space.distance(from, to);
    if (length < 1e-9) {
      return;
    }
    double[] y = Space.direction(from, to);
    double[] x = Space.across(y);
    Placement upright = place.move(from[0], from[1], from[2]).axes(x, y, Space.cross(x, y));
    new Modeller(surface, upright).column(0, 0, 0, r0, r1, length);
  }

  void rod(double x0, double y0, double z0, double x1, double y1, double z1, double r0, double r1) {
    rod(new double[] {x0, y0, z0}, new double[] {x1, y1, z1}, r0, r1);
  }

  /** A surface of revolution about y through the given radii and heights. */
  void lathe(double[] radius, double[] height, int sides) {
    surface.beginSkin();
    rings(radius, height, sides);
  }

  /** Rings about y, joined in order; they belong to the part begun last. */
  private void rings(double[] radius, double[] height, int sides) {
    double[] c = new double[sides];
    double[] s = new double[sides];
    for (int j = 0; j < sides; j++) {
      c[j] = cos(TURN * j / sides);
      s[j] = sin(TURN * j / sides);
    }
    int first = -1;
    for (int i = 0; i < radius.length; i++) {
      int start = -1;
      for (int j = 0; j < sides; j++) {
        int v = vertex(radius[i] * c[j], height[i], radius[i] * s[j]);
        start = j == 0 ? v : start;
      }
      if (i > 0) {
        join(first, start, sides);
      }
      first = start;
    }
  }

  /** The band between two closed rings of vertices. */
  void join(int lower, int upper, int sides) {
    for (int j = 0; j < sides; j++) {
      int k = (j + 1) % sides;
      surface.quad(lower + j, lower + k, upper + k, upper + j);
    }
  }

  /** A ring about y; {@code arc} of a full turn. */
  void torus(double radius, double thickness, double arc) {
    surface.beginSkin();
    int around = Math.max(6, (int) (24 * arc));
    double[][] path = new double[around + 1][];
    for (int i = 0; i <= around; i++) {
      double angle = TURN * arc * i / around;
      path[i] = new double[] {radius * cos(angle), 0, radius * sin(angle)};
    }
    Sweep.tube(this, path, i -> thickness, 8);
  }
}
