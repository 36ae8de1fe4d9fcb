package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/**
 * Collects the faces of a file, divided into triangles that share the face's first corner. Faces of
 * one or two corners are counted and give no triangle.
 */
final class Faces {
  private int[] corners = new int[3 * 256];
  private int triangles;
  private int faces;
  private int inFace;
  private int first;
  private int last;
  private long largest = -1;
  private int faceOfLargest;

  /** Number of faces. */
  int size() {
    return faces;
  }

  void begin() {
    if (faces == Limits.MOST) {
      throw tooMany();
    }
    faces++;
    inFace = 0;
  }

  /**
   * Adds a corner to the face.
   *
   * @param vertex counted from 0
   */
  void corner(long vertex) {
    if (vertex > largest) {
      largest = vertex;
      faceOfLargest = faces;
    }
    if (vertex < 0 || vertex >= Limits.MOST) {
      throw new DataException(
          "face %d (counted from 1) has vertex %d as a corner, expected 0 to %d at most;"
                  .formatted(faces, vertex, Limits.MOST - 1)
              + " write the file again");
    }
    int corner = (int) vertex;
    if (inFace >= 2) {
      triangle(first, last, corner);
    }
    first = inFace == 0 ? corner : first;
    last = corner;
    inFace++;
  }

  /**
   * The mesh of these faces.
   *
   * @param from the format's index of the first vertex: 0 or 1
   * @throws DataException when a corner is not a vertex, or no vertex is finite
   */
  Mesh over(Points vertices, int from) {
    if (vertices.size() > 0 && largest >= vertices.size()) {
      throw new DataException(
          "face %d (counted from 1) has vertex %d as a corner; the file has %d vertices, numbered"
                  .formatted(faceOfLargest, largest + from, vertices.size())
              + " %d to %d. It is damaged; write it again"
                  .formatted(from, vertices.size() - 1 + from));
    }
    Points.Finished finished = vertices.finish();
    return new Mesh(
        finished.xyz(),
        triangles(finished),
        faces,
        finished.leftOut(),
        finished.kept(),
        finished.labels());
  }

  /** The triangles whose corners all exist, renumbered if vertices were left out. */
  private int[] triangles(Points.Finished vertices) {
    if (vertices.leftOut() == 0) {
      return Arrays.copyOf(corners, 3 * triangles);
    }
    int[] kept = new int[3 * triangles];
    int next = 0;
    for (int t = 0; t < 3 * triangles; t += 3) {
      int a = vertices.positions()[corners[t]];
      int b = vertices.positions()[corners[t + 1]];
      int c = vertices.positions()[corners[t + 2]];
      if (a >= 0 && b >= 0 && c >= 0) {
        kept[next++] = a;
        kept[next++] = b;
        kept[next++] = c;
      }
    }
    return Arrays.copyOf(kept, next);
  }

  private void triangle(int a, int b, int c) {
    if (triangles == Limits.MOST) {
      throw tooMany();
    }
    if (3 * triangles == corners.length) {
      corners = Arrays.copyOf(corners, 3 * (int) Math.min(Limits.MOST, 2L * triangles));
    }
    corners[3 * triangles] = a;
    corners[3 * triangles + 1] = b;
    corners[3 * triangles + 2] = c;
    triangles++;
  }

  private static DataException tooMany() {
    return new DataException(
        "it holds more than " + Limits.MOST + " triangles; simplify the mesh or cut it in pieces");
  }
}
