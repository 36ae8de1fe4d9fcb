package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import java.util.List;

/** Points of the chaos game, with the map that made each; also their bounding box. */
final class Orbit {
  private static final int WARM_UP = 24;
  private static final int CHOICES = 256;

  private final double[] x;
  private final double[] y;
  private final byte[] map;
  private final int maps;
  private final double left;
  private final double top;
  private final double width;
  private final double height;

  /** Runs the game from the origin; the first steps, not yet on the attractor, are left out. */
  static Orbit of(List<AffineMap> maps, Rng rng, int points) {
    AffineMap[] system = maps.toArray(new AffineMap[0]);
    byte[] choice = choices(system);
    double[] x = new double[points];
    double[] y = new double[points];
    byte[] map = new byte[points];
    double px = 0;
    double py = 0;
    long bits = 0;
    for (int i = -WARM_UP; i < points; i++) {
      // One draw serves eight steps, eight bits each.
      bits = (i & 7) == 0 ? rng.nextLong() : bits >>> 8;
      byte chosen = choice[(int) (bits & (CHOICES - 1))];
      AffineMap next = system[chosen];
      double nx = next.x(px, py);
      py = next.y(px, py);
      px = nx;
      if (i >= 0) {
        x[i] = px;
        y[i] = py;
        map[i] = chosen;
      }
    }
    return new Orbit(x, y, map, system.length);
  }

  private Orbit(double[] x, double[] y, byte[] map, int maps) {
    this.x = x;
    this.y = y;
    this.map = map;
    this.maps = maps;
    double right = x[0];
    double bottom = y[0];
    double leftmost = x[0];
    double topmost = y[0];
    for (int i = 1; i < x.length; i++) {
      leftmost = Math.min(leftmost, x[i]);
      topmost = Math.min(topmost, y[i]);
      right = Math.max(right, x[i]);
      bottom = Math.max(bottom, y[i]);
    }
    this.left = leftmost;
    this.top = topmost;
    this.width = Math.max(right - leftmost, 1e-9);
    this.height = Math.max(bottom - topmost, 1e-9);
  }

  /** The same points under a map. */
  Orbit posed(AffineMap pose) {
    double[] newX = new double[x.length];
    double[] newY = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      newX[i] = pose.x(x[i], y[i]);
      newY[i] = pose.y(x[i], y[i]);
    }
    return new Orbit(newX, newY, map, maps);
  }

  /** The short side of the bounding box over the long one. */
  double narrowness() {
    return Math.min(width, height) / Math.max(width, height);
  }

  /** The share of cells of a grid over the bounding box that contain a point. */
  double filling(int grid) {
    boolean[] hit = new boolean[grid * grid];
    int hits = 0;
    for (int i = 0; i < x.length; i++) {
      int column = (int) Math.min(grid - 1, (x[i] - left) / width * grid);
      int row = (int) Math.min(grid - 1, (y[i] - top) / height * grid);
      if (!hit[row * grid + column]) {
        hit[row * grid + column] = true;
        hits++;
      }
    }
    return (double) hits / hit.length;
  }

  /**
   * Marks every point on the mask, with the longer side of the bounding box scaled to 1 and then
   * mapped by {@code place}.
   *
   * @param tone set to the map that made the last point of each pixel, 0 … 1
   * @param stamp which of the 3 x 3 pixels around a point to mark, one bit each
   * @param strength share of the remaining transparency that one mark removes
   */
  void stamp(Coverage mask, float[] tone, AffineMap place, int stamp, float strength) {
    double side = Math.max(width, height);
    double x0 = (side - width) / 2 - left;
    double y0 = (side - height) / 2 - top;
    int size = mask.size;
    for (int i = 0; i < x.length; i++) {
      double u = (x[i] + x0) / side;
      double v = (y[i] + y0) / side;
      int column = (int) (place.x(u, v) * size);
      int row = (int) (place.y(u, v) * size);
      float shade = (float) map[i] / (maps - 1);
      for (int bits = stamp; bits != 0; bits &= bits - 1) {
        int bit = Integer.numberOfTrailingZeros(bits);
        int atRow = row + bit / 3 - 1;
        int atColumn = column + bit % 3 - 1;
        if (atRow >= 0 && atRow < size && atColumn >= 0 && atColumn < size) {
          int pixel = atRow * size + atColumn;
          mask.cover[pixel] += (1 - mask.cover[pixel]) * strength;
          tone[pixel] = shade;
        }
      }
    }
  }

  /** Indices of maps, each as often as its share of all determinants (at least a hundredth). */
  private static byte[] choices(AffineMap[] system) {
    double total = 0;
    for (AffineMap m : system) {
      total += Math.max(m.growth(), 0.01);
    }
    byte[] choice = new byte[CHOICES];
    double upTo = 0;
    int at = 0;
    for (byte i = 0; i < system.length; i++) {
      upTo += Math.max(system[i].growth(), 0.01) / total;
      int end = i == system.length - 1 ? CHOICES : (int) (upTo * CHOICES + 0.5);
      while (at < end) {
        choice[at++] = i;
      }
    }
    return choice;
  }
}
