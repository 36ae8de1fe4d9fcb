package dev.adapterx.scenes.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The triangles of a shape, modelled part by part, with the insides of solid parts. */
final class Surface {
  /** Moves a point, given and returned in {@code p}. */
  @FunctionalInterface
  interface Warp {
    void move(double[] p);
  }

  /** The owner of triangles that bound no body. */
  private static final int NONE = -1;

  private double[] vertices = new double[3 * 512];
  private int vertexCount;
  private int[] corners = new int[3 * 1024];
  private int[] owners = new int[1024];
  private int triangleCount;
  private int owner = NONE;
  private final List<Body> bodies = new ArrayList<>();

  /** The triangles that follow bound this body. */
  void begin(Body body) {
    owner = bodies.size();
    bodies.add(body);
  }

  /** The triangles that follow bound no body. */
  void beginSkin() {
    owner = NONE;
  }

  /** Adds a vertex and returns its number. */
  int vertex(double x, double y, double z) {
    int at = 3 * vertexCount;
    if (at == vertices.length) {
      vertices = Arrays.copyOf(vertices, 2 * at);
    }
    vertices[at] = x;
    vertices[at + 1] = y;
    vertices[at + 2] = z;
    return vertexCount++;
  }

  void triangle(int a, int b, int c) {
    if (triangleCount == owners.length) {
      owners = Arrays.copyOf(owners, 2 * triangleCount);
      corners = Arrays.copyOf(corners, 6 * triangleCount);
    }
    corners[3 * triangleCount] = a;
    corners[3 * triangleCount + 1] = b;
    corners[3 * triangleCount + 2] = c;
    owners[triangleCount++] = owner;
  }

  void quad(int a, int b, int c, int d) {
    triangle(a, b, c);
    triangle(a, c, d);
  }

  int triangles() {
    return triangleCount;
  }

  /** Moves every vertex; the bodies are discarded, since they are not moved. */
  void warp(Warp warp) {
    double[] p = new double[3];
    for (int v = 0; v < 3 * vertexCount; v += 3) {
      System.arraycopy(vertices, v, p, 0, 3);
      warp.move(p);
      System.arraycopy(p, 0, vertices, v, 3);
    }
    bodies.clear();
  }

  double area(int triangle) {
    int a = 3 * corners[3 * triangle];
    int b = 3 * corners[3 * triangle + 1];
    int c = 3 * corners[3 * triangle + 2];
    double ux = vertices[b] - vertices[a];
    double uy = vertices[b + 1] - vertices[a + 1];
    double uz = vertices[b + 2] - vertices[a + 2];
    double vx = vertices[c] - vertices[a];
    double vy = vertices[c + 1] - vertices[a + 1];
    double vz = vertices[c + 2] - vertices[a + 2];
    double nx = uy * vz - uz * vy;
    double ny = uz * vx - ux * vz;
    double nz = ux * vy - uy * vx;
    return Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
  }

  /** Writes the point {@code (1-s-t) A + s B + t C} of a triangle. */
  void point(int triangle, double s, double t, double[] out, int at) {
    int a = 3 * corners[3 * triangle];
    int b = 3 * corners[3 * triangle + 1];
    int c = 3 * corners[3 * triangle + 2];
    double r = 1 - s - t;
    for (int d = 0; d < 3; d++) {
      out[at + d] = r * vertices[a + d] + s * vertices[b + d] + t * vertices[c + d];
    }
  }

  /** Whether a point of this triangle is inside a body other than the triangle's own. */
  boolean hidden(int triangle, double x, double y, double z) {
    for (int b = 0; b < bodies.size(); b++) {
      if (b != owners[triangle] && bodies.get(b).holds(x, y, z)) {
        return true;
      }
    }
    return false;
  }
}
