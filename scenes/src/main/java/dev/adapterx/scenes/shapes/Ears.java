package dev.adapterx.scenes.shapes;

import java.util.ArrayList;
import java.util.List;

/** Cuts a simple polygon into triangles by clipping ears. */
final class Ears {
  private Ears() {}

  /**
   * The triangles' corners as indices into the outline; for a self-intersecting outline the result
   * is arbitrary.
   */
  static List<int[]> of(double[][] outline) {
    List<Integer> left = new ArrayList<>();
    double area = 0;
    for (int i = 0; i < outline.length; i++) {
      left.add(i);
      double[] p = outline[i];
      double[] q = outline[(i + 1) % outline.length];
      area += p[0] * q[1] - p[1] * q[0];
    }
    List<int[]> ears = new ArrayList<>();
    while (left.size() > 2) {
      int n = left.size();
      int clip = 0;
      for (int i = 0; i < n; i++) {
        if (isEar(outline, left, i, area < 0 ? -1 : 1)) {
          clip = i;
          break;
        }
      }
      ears.add(new int[] {left.get((clip + n - 1) % n), left.get(clip), left.get((clip + 1) % n)});
      left.remove(clip);
    }
    return ears;
  }

  private static boolean isEar(double[][] outline, List<Integer> left, int i, int sense) {
    int n = left.size();
    double[] a = outline[left.get((i + n - 1) % n)];
    double[] b = outline[left.get(i)];
    double[] c = outline[left.get((i + 1) % n)];
    if (sense * side(a, b, c) <= 0) {
      return false;
    }
    for (int k = 2; k < n - 1; k++) {
      double[] p = outline[left.get((i + k) % n)];
      if (sense * side(a, b, p) >= 0 && sense * side(b, c, p) >= 0 && sense * side(c, a, p) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static double side(double[] a, double[] b, double[] p) {
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
  }
}
