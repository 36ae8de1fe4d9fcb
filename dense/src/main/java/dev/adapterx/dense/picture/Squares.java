package dev.adapterx.dense.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Squares that overlap and together cover a picture. */
final class Squares {
  private Squares() {}

  /**
   * Where they stand, row by row: {@code ⌈(length - side) / step⌉ + 1} along each side of the
   * picture, the last flush with the border.
   */
  static List<Place> over(int width, int height, int side, int step) {
    List<Place> places = new ArrayList<>();
    for (int top : starts(height, side, step)) {
      for (int left : starts(width, side, step)) {
        places.add(new Place(left, top));
      }
    }
    return places;
  }

  /** How many they are. */
  static long count(int width, int height, int side, int step) {
    return (long) along(width, side, step) * along(height, side, step);
  }

  private static int along(int length, int side, int step) {
    return (Math.max(0, length - side) + step - 1) / step + 1;
  }

  private static int[] starts(int length, int side, int step) {
    int spare = Math.max(0, length - side);
    int count = along(length, side, step);
    return IntStream.range(0, count).map(i -> Math.min(i * step, spare)).toArray();
  }
}
