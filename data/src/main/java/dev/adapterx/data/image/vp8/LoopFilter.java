package dev.adapterx.data.image.vp8;

/** Smooths the edges of blocks, after all are decoded: RFC 6386, section 15. */
final class LoopFilter {
  private final Header header;
  private final int columns;
  private final int rows;

  /** The level of each macroblock; 0: not filtered. */
  private final byte[] levels;

  /** Whether to filter between the blocks of a macroblock too. */
  private final boolean[] inside;

  LoopFilter(Header header, int columns, int rows) {
    this.header = header;
    this.columns = columns;
    this.rows = rows;
    this.levels = new byte[columns * rows];
    this.inside = new boolean[columns * rows];
  }

  /** Sets a macroblock's parameters. */
  void set(int x, int y, int segment, boolean small, boolean coded) {
    int level = header.segmented ? header.filterOfSegment[segment] : header.filterLevel;
    if (header.filterDeltas) {
      level += header.keyFrameDelta + (small ? header.smallBlocksDelta : 0);
    }
    levels[y * columns + x] = (byte) Math.max(0, Math.min(63, level));
    inside[y * columns + x] = small || coded;
  }

  void apply(Plane luma, Plane blue, Plane red) {
    if (header.filterLevel == 0) {
      return;
    }
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int level = levels[y * columns + x];
        if (level > 0 && header.simpleFilter) {
          simple(luma, x, y, level);
        } else if (level > 0) {
          normal(luma, 16, x, y, level);
          normal(blue, 8, x, y, level);
          normal(red, 8, x, y, level);
        }
      }
    }
  }

  private int interior(int level) {
    int limit = level;
    if (header.sharpness > 0) {
      limit >>= header.sharpness > 4 ? 2 : 1;
      limit = Math.min(limit, 9 - header.sharpness);
    }
    return Math.max(1, limit);
  }

  private void simple(Plane plane, int x, int y, int level) {
    int limit = 2 * level + interior(level);
    int at = plane.at(16 * x, 16 * y);
    boolean all = inside[y * columns + x];
    for (int edge = 0; edge < 16; edge += 4) {
      if (edge == 0 ? x > 0 : all) {
        simple(plane, at + edge, 1, plane.stride, limit + (edge == 0 ? 4 : 0));
      }
    }
    for (int edge = 0; edge < 16; edge += 4) {
      if (edge == 0 ? y > 0 : all) {
        simple(plane, at + edge * plane.stride, plane.stride, 1, limit + (edge == 0 ? 4 : 0));
      }
    }
  }

  private static void simple(Plane plane, int from, int across, int along, int limit) {
    for (int i = 0, at = from; i < 16; i++, at += along) {
      if (step(plane, at, across) <= 2 * limit + 1) {
        two(plane, at, across);
      }
    }
  }

  private void normal(Plane plane, int size, int x, int y, int level) {
    int interior = interior(level);
    int limit = 2 * level + interior;
    int variance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    int at = plane.at(size * x, size * y);
    boolean all = inside[y * columns + x];
    for (int edge = 0; edge < size; edge += 4) {
      if (edge == 0 && x > 0) {
        edge(plane, at, 1, plane.stride, size, limit + 4, interior, variance, true);
      } else if (edge > 0 && all) {
        edge(plane, at + edge, 1, plane.stride, size, limit, interior, variance, false);
      }
    }
    for (int edge = 0; edge < size; edge += 4) {
      int row = at + edge * plane.stride;
      if (edge == 0 && y > 0) {
        edge(plane, row, plane.stride, 1, size, limit + 4, interior, variance, true);
      } else if (edge > 0 && all) {
        edge(plane, row, plane.stride, 1, size, limit, interior, variance, false);
      }
    }
  }

  private static void edge(
      Plane p,
      int from,
      int across,
      int along,
      int size,
      int limit,
      int interior,
      int variance,
      boolean outer) {
    for (int i = 0, at = from; i < size; i++, at += along) {
      if (step(p, at, across) > 2 * limit + 1 || !isFlat(p, at, across, interior)) {
        continue;
      }
      boolean rough =
          difference(p, at - 2 * across, at - across) > variance
              || difference(p, at + across, at) > variance;
      if (rough) {
        two(p, at, across);
      } else if (outer) {
        six(p, at, across);
      } else {
        four(p, at, across);
      }
    }
  }

  private static int step(Plane p, int at, int across) {
    return 4 * difference(p, at - across, at) + difference(p, at - 2 * across, at + across);
  }

  private static boolean isFlat(Plane p, int at, int across, int interior) {
    for (int i = -4; i < 3; i++) {
      if (i != -1 && difference(p, at + i * across, at + (i + 1) * across) > interior) {
        return false;
      }
    }
    return true;
  }

  private static int difference(Plane p, int one, int other) {
    return Math.abs(p.get(one) - p.get(other));
  }

  private static void two(Plane p, int at, int across) {
    int a = 3 * (p.get(at) - p.get(at - across)) + outerStep(p, at, across);
    p.set(at - across, p.get(at - across) + sixteenth(a + 3));
    p.set(at, p.get(at) - sixteenth(a + 4));
  }

  private static void four(Plane p, int at, int across) {
    int a = 3 * (p.get(at) - p.get(at - across));
    int right = sixteenth(a + 4);
    int outer = (right + 1) >> 1;
    p.set(at - 2 * across, p.get(at - 2 * across) + outer);
    p.set(at - across, p.get(at - across) + sixteenth(a + 3));
    p.set(at, p.get(at) - right);
    p.set(at + across, p.get(at + across) - outer);
  }

  private static void six(Plane p, int at, int across) {
    int a = signed(3 * (p.get(at) - p.get(at - across)) + outerStep(p, at, across));
    for (int i = 0; i < 3; i++) {
      int change = (9 * (3 - i) * a + 63) >> 7;
      int left = at - (i + 1) * across;
      int right = at + i * across;
      p.set(left, p.get(left) + change);
      p.set(right, p.get(right) - change);
    }
  }

  private static int outerStep(Plane p, int at, int across) {
    return signed(p.get(at - 2 * across) - p.get(at + across));
  }

  private static int signed(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int sixteenth(int value) {
    return Math.max(-16, Math.min(15, value >> 3));
  }
}
