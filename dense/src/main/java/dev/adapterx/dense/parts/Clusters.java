package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.points.PointCloud;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects in a labelled cloud, without training: connected points of one class, each within a
 * radius of another (Euclidean clustering, as in the Point Cloud Library), and the box around them
 * along the axes.
 *
 * @param radius in the units of the data
 * @param least points of an object; smaller clusters are left out
 */
public record Clusters(double radius, int least) {
  /**
   * An object.
   *
   * @param type its class
   * @param points how many it has
   * @param low x, y, z of the box's lower corner
   * @param high x, y, z of its upper corner
   */
  public record Cluster(int type, int points, List<Float> low, List<Float> high) {
    public Cluster {
      low = List.copyOf(low);
      high = List.copyOf(high);
    }
  }

  /** A cube of the grid in which neighbours are looked for. */
  private record Cell(long x, long y, long z) {
    Cell at(int i) {
      return new Cell(x + i / 9 - 1, y + i / 3 % 3 - 1, z + i % 3 - 1);
    }
  }

  private static final int NEIGHBOURS = 27;

  public Clusters {
    if (!(radius > 0 && radius < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("radius: expected a number above 0, found " + radius);
    }
    if (least < 1) {
      throw new ConfigException("least points of an object: expected at least 1, found " + least);
    }
  }

  /** The objects, class by class, the largest first. */
  public List<Cluster> of(PointCloud cloud, short[] classes) {
    if (classes.length != cloud.size()) {
      throw new IllegalArgumentException(cloud.size() + " points, " + classes.length + " classes");
    }
    Map<Cell, List<Integer>> cells = new HashMap<>();
    for (int i = 0; i < cloud.size(); i++) {
      cells.computeIfAbsent(cell(cloud, i), k -> new ArrayList<>()).add(i);
    }
    boolean[] seen = new boolean[cloud.size()];
    List<Cluster> clusters = new ArrayList<>();
    for (int start = 0; start < seen.length; start++) {
      if (seen[start]) {
        continue;
      }
      List<Integer> members = reached(cloud, classes, cells, seen, start);
      if (members.size() >= least) {
        clusters.add(box(cloud, classes[start], members));
      }
    }
    clusters.sort(
        Comparator.comparingInt(Cluster::type)
            .thenComparing(Comparator.comparingInt(Cluster::points).reversed()));
    return List.copyOf(clusters);
  }

  private List<Integer> reached(
      PointCloud cloud,
      short[] classes,
      Map<Cell, List<Integer>> cells,
      boolean[] seen,
      int start) {
    List<Integer> members = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    seen[start] = true;
    while (!open.isEmpty()) {
      int point = open.remove();
      members.add(point);
      Cell own = cell(cloud, point);
      for (int i = 0; i < NEIGHBOURS; i++) {
        for (int other : cells.getOrDefault(own.at(i), List.of())) {
          if (!seen[other] && classes[other] == classes[start] && near(cloud, point, other)) {
            seen[other] = true;
            open.add(other);
          }
        }
      }
    }
    return members;
  }

  private Cell cell(PointCloud cloud, int point) {
    float[] xyz = cloud.xyz();
    return new Cell(
        (long) Math.floor(xyz[3 * point] / radius),
        (long) Math.floor(xyz[3 * point + 1] / radius),
        (long) Math.floor(xyz[3 * point + 2] / radius));
  }

  private boolean near(PointCloud cloud, int a, int b) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double apart = (double) cloud.xyz()[3 * a + axis] - cloud.xyz()[3 * b + axis];
      sum += apart * apart;
    }
    return sum <= radius * radius;
  }

  private static Cluster box(PointCloud cloud, int type, List<Integer> members) {
    List<Float> low = new ArrayList<>();
    List<Float> high = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      int of = axis;
      double[] values = members.stream().mapToDouble(i -> cloud.xyz()[3 * i + of]).toArray();
      low.add((float) Arrays.stream(values).min().orElseThrow());
      high.add((float) Arrays.stream(values).max().orElseThrow());
    }
    return new Cluster(type, members.size(), low, high);
  }
}
