package dev.adapterx.data.points.format;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.points.PointCloud;

/**
 * Samples points from surfaces: independent draws, uniform over the area. A triangle A, B, C is
 * drawn in proportion to its area, then {@code (1 - √r₁) A + √r₁ (1 - r₂) B + √r₁ r₂ C} within it
 * (Osada et al., "Shape Distributions", ACM Transactions on Graphics 21(4), 2002).
 *
 * @param points number of points per mesh; clouds keep their own
 * @param seed of the draws. A file of the same name and content gives the same points everywhere
 */
public record MeshSampling(int points, long seed) {
  public MeshSampling {
    if (points < 1 || points > Limits.MOST) {
      throw new ConfigException(
          "Cannot sample %d points of a mesh; expected 1 to %d".formatted(points, Limits.MOST));
    }
  }

  /**
   * The vertices of a mesh without faces; otherwise points of its surface. Faces without area get
   * none.
   *
   * @param name of the file, without its folder: names the stream of random numbers
   * @throws DataException when there are faces, but none has an area
   */
  public PointCloud sample(Mesh mesh, String name) {
    if (mesh.faces() == 0) {
      return new PointCloud(mesh.vertices(), mesh.leftOut());
    }
    double[] upTo = cumulativeAreas(mesh);
    double total = upTo.length == 0 ? 0 : upTo[upTo.length - 1];
    if (!(total > 0)) {
      throw new DataException(
          "none of its %d faces has an area, so no point can be drawn from them. Repair the mesh,"
                  .formatted(mesh.faces())
              + " or remove the faces to use its vertices as the cloud");
    }
    Rng rng = Rng.of(seed, "mesh").at(name);
    float[] xyz = new float[3 * points];
    for (int i = 0; i < points; i++) {
      int triangle = firstAbove(upTo, rng.nextDouble() * total);
      double side = Math.sqrt(rng.nextDouble());
      double along = rng.nextDouble();
      double b = side * (1 - along);
      double c = side * along;
      for (int axis = 0; axis < 3; axis++) {
        xyz[3 * i + axis] =
            (float)
                ((1 - side) * mesh.vertices()[3 * mesh.triangles()[3 * triangle] + axis]
                    + b * mesh.vertices()[3 * mesh.triangles()[3 * triangle + 1] + axis]
                    + c * mesh.vertices()[3 * mesh.triangles()[3 * triangle + 2] + axis]);
      }
    }
    return new PointCloud(xyz, mesh.leftOut());
  }

  private static double[] cumulativeAreas(Mesh mesh) {
    double[] upTo = new double[mesh.triangles().length / 3];
    double sum = 0;
    for (int t = 0; t < upTo.length; t++) {
      sum += area(mesh, t);
      upTo[t] = sum;
    }
    return upTo;
  }

  /** Half the length of the cross product of two sides. */
  private static double area(Mesh mesh, int triangle) {
    float[] v = mesh.vertices();
    int a = 3 * mesh.triangles()[3 * triangle];
    int b = 3 * mesh.triangles()[3 * triangle + 1];
    int c = 3 * mesh.triangles()[3 * triangle + 2];
    double x = (double) v[b] - v[a];
    double y = (double) v[b + 1] - v[a + 1];
    double z = (double) v[b + 2] - v[a + 2];
    double p = (double) v[c] - v[a];
    double q = (double) v[c + 1] - v[a + 1];
    double r = (double) v[c + 2] - v[a + 2];
    double i = y * r - z * q;
    double j = z * p - x * r;
    double k = x * q - y * p;
    return Math.sqrt(i * i + j * j + k * k) / 2;
  }

  /** The first triangle whose cumulative area exceeds the draw: never one of area 0. */
  private static int firstAbove(double[] upTo, double draw) {
    int low = 0;
    int high = upTo.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (upTo[middle] > draw) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
