package dev.adapterx.data.image.vp8;

/** Predicts a block from the samples above and on the left: RFC 6386, section 12. */
final class Prediction {
  static final int DC = 0;
  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;
  private static final int LEFT_DOWN = 4;
  private static final int RIGHT_DOWN = 5;
  private static final int VERTICAL_RIGHT = 6;
  private static final int VERTICAL_LEFT = 7;
  private static final int HORIZONTAL_DOWN = 8;

  private Prediction() {}

  /**
   * A whole block of a macroblock.
   *
   * @param size 16 for luma, 8 for chroma
   */
  static void whole(Plane plane, int at, int size, int mode, boolean above, boolean left) {
    switch (mode) {
      case DC -> fill(plane, at, size, mean(plane, at, size, above, left));
      case TRUE_MOTION -> trueMotion(plane, at, size);
      case VERTICAL -> {
        for (int y = 0; y < size; y++) {
          System.arraycopy(
              plane.samples, at - plane.stride, plane.samples, at + y * plane.stride, size);
        }
      }
      default -> {
        for (int y = 0; y < size; y++) {
          int row = at + y * plane.stride;
          java.util.Arrays.fill(plane.samples, row, row + size, plane.samples[row - 1]);
        }
      }
    }
  }

  private static int mean(Plane plane, int at, int size, boolean above, boolean left) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += above ? plane.get(at - plane.stride + i) : 0;
      sum += left ? plane.get(at + i * plane.stride - 1) : 0;
    }
    int count = (above ? size : 0) + (left ? size : 0);
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  private static void fill(Plane plane, int at, int size, int value) {
    for (int y = 0; y < size; y++) {
      int row = at + y * plane.stride;
      java.util.Arrays.fill(plane.samples, row, row + size, (byte) value);
    }
  }

  private static void trueMotion(Plane plane, int at, int size) {
    int corner = plane.get(at - plane.stride - 1);
    for (int y = 0; y < size; y++) {
      int row = at + y * plane.stride;
      int left = plane.get(row - 1) - corner;
      for (int x = 0; x < size; x++) {
        plane.set(row + x, left + plane.get(at - plane.stride + x));
      }
    }
  }

  /**
   * A block of 4 x 4.
   *
   * @param e the 13 samples around it: four on the left from below, the corner, eight above
   */
  static void small(Plane plane, int at, int mode, int[] e) {
    switch (mode) {
      case DC -> {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
          sum += e[i] + e[5 + i];
        }
        fill(plane, at, 4, sum >> 3);
      }
      case TRUE_MOTION -> trueMotion(plane, at, 4);
      case VERTICAL -> each(plane, at, (x, y) -> mean3(e, 4 + x));
      case HORIZONTAL -> each(plane, at, (x, y) -> y < 3 ? mean3(e, 2 - y) : last(e));
      case LEFT_DOWN ->
          each(plane, at, (x, y) -> x + y < 6 ? mean3(e, 5 + x + y) : (e[11] + 3 * e[12] + 2) >> 2);
      case RIGHT_DOWN -> each(plane, at, (x, y) -> mean3(e, 3 + x - y));
      case VERTICAL_RIGHT -> each(plane, at, (x, y) -> verticalRight(e, x, y));
      case VERTICAL_LEFT -> each(plane, at, (x, y) -> verticalLeft(e, x, y));
      case HORIZONTAL_DOWN -> each(plane, at, (x, y) -> horizontalDown(e, x, y));
      default -> each(plane, at, (x, y) -> horizontalUp(e, x + 2 * y));
    }
  }

  private static int verticalRight(int[] e, int x, int y) {
    int along = 2 * x - y;
    if (along < 0) {
      return mean3(e, 4 + along);
    }
    return along % 2 == 0 ? mean2(e, 4 + along / 2) : mean3(e, 4 + along / 2);
  }

  private static int verticalLeft(int[] e, int x, int y) {
    if (x == 3 && y >= 2) {
      return mean3(e, y == 2 ? 9 : 10);
    }
    return y % 2 == 0 ? mean2(e, 5 + x + y / 2) : mean3(e, 5 + x + y / 2);
  }

  private static int horizontalDown(int[] e, int x, int y) {
    int along = 2 * y - x;
    if (along < 0) {
      return mean3(e, 3 - along - 1);
    }
    return along % 2 == 0 ? mean2(e, 3 - along / 2) : mean3(e, 3 - along / 2 - 1);
  }

  private static int horizontalUp(int[] e, int along) {
    if (along > 5) {
      return e[0];
    }
    if (along == 5) {
      return last(e);
    }
    return along % 2 == 0 ? mean2(e, 2 - along / 2) : mean3(e, 1 - along / 2);
  }

  /** The mean at the lower end of the left side, whose last sample repeats. */
  private static int last(int[] e) {
    return (e[1] + 3 * e[0] + 2) >> 2;
  }

  private static int mean2(int[] e, int i) {
    return (e[i] + e[i + 1] + 1) >> 1;
  }

  /** The mean of a sample and its two neighbours, the sample itself counted twice. */
  private static int mean3(int[] e, int i) {
    return (e[i] + 2 * e[i + 1] + e[i + 2] + 2) >> 2;
  }

  private interface Sample {
    int at(int x, int y);
  }

  private static void each(Plane plane, int at, Sample sample) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        plane.set(at + y * plane.stride + x, sample.at(x, y));
      }
    }
  }
}
