package dev.adapterx.data.points.format;

/**
 * Vertices and triangles. A point cloud is a mesh without faces.
 *
 * @param vertices (V, 3) in one row, finite
 * @param triangles (T, 3) in one row: indices of vertices, counted from 0 and within range
 * @param faces number of faces in the file, some of which may have fewer than three corners and
 *     give no triangle, others more and give several
 * @param leftOut number of vertices of the file that are not finite and were left out, together
 *     with the triangles they are corners of
 * @param kept which of the file's vertices these are, counted from 0; empty if none was left out
 * @param labels of the vertices; empty where none were read
 */
@SuppressWarnings("ArrayRecordComponent") // in transit from a reader to the sampling
public record Mesh(
    float[] vertices, int[] triangles, int faces, int leftOut, int[] kept, int[] labels) {
  /** Without labels, and with all vertices of its file but those left out. */
  Mesh(float[] vertices, int[] triangles, int faces, int leftOut) {
    this(vertices, triangles, faces, leftOut, new int[0], new int[0]);
  }
}
