package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.points.PointCloud;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * How clouds of any size are cut into what the network sees, N points at a time. A whole cloud is
 * seen in as many random draws without repetition as it takes until each of its points was in one;
 * the last draw is filled up with points of the first. A scene is seen through upright square
 * columns that overlap by half, and each column as a whole cloud is.
 *
 * @param block side of the columns in the units of the data, metres mostly; 0: clouds are seen
 *     whole
 * @param votes how often each point is seen, among other points each time
 */
public record Views(double block, int votes) {
  private static final int UP = 2;
  private static final int DRAWS = 10;

  /** A column with less than this share of N points is left out where others have its points. */
  private static final int SPARSE = 4;

  public Views {
    if (!(block >= 0 && block < Double.POSITIVE_INFINITY)) {
      throw new ConfigException(
          "data.parts.block: expected the side of a column in the data's units, or 0 for whole"
              + " clouds, found "
              + block);
    }
    if (votes < 1) {
      throw new ConfigException("data.parts.votes: expected at least 1, found " + votes);
    }
  }

  /** Whole clouds, each point seen once. */
  public static Views whole() {
    return new Views(0, 1);
  }

  /** Whether clouds are scenes that are seen through columns. */
  public boolean blocks() {
    return block > 0;
  }

  /**
   * The points of each view, one view after the other.
   *
   * @param each N
   */
  int[] all(PointCloud cloud, int each, Rng rng) {
    List<int[]> views = new ArrayList<>();
    List<int[]> columns =
        blocks() ? columns(cloud, each) : List.of(IntStream.range(0, cloud.size()).toArray());
    for (int vote = 0; vote < votes; vote++) {
      Rng own = rng.at(vote);
      for (int i = 0; i < columns.size(); i++) {
        views.addAll(dealt(columns.get(i), each, own.at(i)));
      }
    }
    int[] all = new int[Math.multiplyExact(views.size(), each)];
    for (int i = 0; i < views.size(); i++) {
      System.arraycopy(views.get(i), 0, all, i * each, each);
    }
    return all;
  }

  /** Deals points into views, each point into one, and fills the last with some of the first. */
  private static List<int[]> dealt(int[] points, int each, Rng rng) {
    int[] order = rng.permutation(points.length);
    List<int[]> views = new ArrayList<>();
    for (int from = 0; from < order.length; from += each) {
      int[] view = new int[each];
      for (int i = 0; i < each; i++) {
        view[i] = points[order[(from + i) % order.length]];
      }
      views.add(view);
    }
    return views;
  }

  /** One random view, as training sees. */
  int[] drawn(PointCloud cloud, int each, Rng rng) {
    int[] among = blocks() ? column(cloud, each, rng) : null;
    int size = among == null ? cloud.size() : among.length;
    int[] order = rng.permutation(size);
    int[] view = new int[each];
    for (int i = 0; i < each; i++) {
      int at = order[i % size];
      view[i] = among == null ? at : among[at];
    }
    return view;
  }

  /** Round a random point; drawn again while it holds less than half of N points. */
  private int[] column(PointCloud cloud, int each, Rng rng) {
    int[] best = {};
    for (int draw = 0; draw < DRAWS && best.length < each / 2; draw++) {
      int centre = rng.nextInt(cloud.size());
      float x = cloud.xyz()[3 * centre];
      float y = cloud.xyz()[3 * centre + 1];
      int[] found =
          IntStream.range(0, cloud.size())
              .filter(i -> Math.abs(cloud.xyz()[3 * i] - x) <= block / 2)
              .filter(i -> Math.abs(cloud.xyz()[3 * i + 1] - y) <= block / 2)
              .toArray();
      best = found.length > best.length ? found : best;
    }
    return best;
  }

  /**
   * Columns that together have all points; crowded ones first, sparse ones where they are needed.
   */
  private List<int[]> columns(PointCloud cloud, int each) {
    double half = block / 2;
    TreeMap<Long, List<Integer>> cells = new TreeMap<>();
    double[] least = least(cloud);
    for (int i = 0; i < cloud.size(); i++) {
      long column = (long) Math.floor((cloud.xyz()[3 * i] - least[0]) / half);
      long row = (long) Math.floor((cloud.xyz()[3 * i + 1] - least[1]) / half);
      cells.computeIfAbsent(key(column, row), k -> new ArrayList<>()).add(i);
    }
    TreeSet<Long> corners = new TreeSet<>();
    for (long cell : cells.keySet()) {
      for (int side = 0; side < 4; side++) {
        corners.add(key((cell >> 32) - side / 2, (int) cell - side % 2));
      }
    }
    List<int[]> all = new ArrayList<>();
    for (long corner : corners) {
      List<Integer> points = new ArrayList<>();
      for (int side = 0; side < 4; side++) {
        points.addAll(
            cells.getOrDefault(key((corner >> 32) + side / 2, (int) corner + side % 2), List.of()));
      }
      all.add(points.stream().mapToInt(Integer::intValue).toArray());
    }
    all.sort(Comparator.comparingInt((int[] points) -> -points.length));
    boolean[] seen = new boolean[cloud.size()];
    List<int[]> kept = new ArrayList<>();
    for (int[] points : all) {
      if (points.length >= each / SPARSE || Arrays.stream(points).anyMatch(i -> !seen[i])) {
        Arrays.stream(points).forEach(i -> seen[i] = true);
        kept.add(points);
      }
    }
    return kept;
  }

  private static long key(long column, long row) {
    return column << 32 | (row & 0xFFFFFFFFL);
  }

  private static double[] least(PointCloud cloud) {
    double[] least = {1 / 0.0, 1 / 0.0, 1 / 0.0};
    for (int i = 0; i < cloud.xyz().length; i++) {
      least[i % 3] = Math.min(least[i % 3], cloud.xyz()[i]);
    }
    return least;
  }

  /**
   * A view as the network sees it: of a column the middle of its extent in x and y is the origin,
   * and its lowest point lies at z = 0; a whole cloud stays as it is.
   */
  PointCloud placed(PointCloud view) {
    if (!blocks()) {
      return view;
    }
    double[] least = least(view);
    double[] most = {-1 / 0.0, -1 / 0.0, -1 / 0.0};
    float[] xyz = view.xyz().clone();
    for (int i = 0; i < xyz.length; i++) {
      most[i % 3] = Math.max(most[i % 3], xyz[i]);
    }
    for (int i = 0; i < xyz.length; i++) {
      int axis = i % 3;
      double origin = axis == UP ? least[axis] : (least[axis] + most[axis]) / 2;
      xyz[i] = (float) (xyz[i] - origin);
    }
    return new PointCloud(xyz);
  }
}
