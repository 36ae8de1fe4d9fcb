package dev.adapterx.dense.detect;

import dev.adapterx.base.ConfigException;
import java.util.ArrayList;
import java.util.List;

/**
 * The places at which objects are looked for: the cells of the pyramid's levels, level by level and
 * row by row, each standing for a point in its middle. A place of stride s looks for objects of
 * which the farthest side is 4 s to 8 s away; the finest also for smaller, the coarsest for larger
 * ones.
 *
 * @param levels the finest first
 * @param offset where in a cell its point is, in strides from its upper left corner
 */
record Places(List<Level> levels, double offset) {
  /** In the middle of a cell, where the patch is. */
  static final double MIDDLE = 0.5;

  private static final int LEAST = 4;
  private static final int MOST = 8;

  /**
   * The cells of one level.
   *
   * @param start number of its first place
   * @param stride pixels from one place to the next
   * @param side places along a side of the square input
   * @param least the farthest side of its objects is farther away than this
   * @param most and nearer than this
   */
  record Level(int start, double stride, int side, double least, double most) {
    int places() {
      return side * side;
    }
  }

  Places {
    levels = List.copyOf(levels);
  }

  /**
   * Those of a pyramid.
   *
   * @param window S, pixels of the square input
   * @param cell pixels of a cell of the backbone's map
   */
  static Places of(int window, int cell, int count) {
    if (cell < 1 || window % cell != 0) {
      throw new ConfigException(
          "Windows of %d pixels are not cells of %d pixels".formatted(window, cell));
    }
    int side = window / cell;
    List<Level> levels = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < count; i++) {
      int own =
          switch (i) {
            case 0 -> 2 * side;
            case 1 -> side;
            case 2 -> side / 2;
            default -> (side / 2 + 1) / 2;
          };
      double stride = cell * Math.pow(2, i - 1);
      double least = i == 0 ? 0 : LEAST * stride;
      double most = i == count - 1 ? Double.POSITIVE_INFINITY : MOST * stride;
      levels.add(new Level(start, stride, own, least, most));
      start += own * own;
    }
    return new Places(levels, MIDDLE);
  }

  /** R, how many there are. */
  int count() {
    return levels.stream().mapToInt(Level::places).sum();
  }

  /** The point of a place of a level, in pixels from the left. */
  double x(Level level, int place) {
    return (place % level.side + offset) * level.stride;
  }

  /** In pixels from the top. */
  double y(Level level, int place) {
    int row = place / level.side;
    return (row + offset) * level.stride;
  }
}
