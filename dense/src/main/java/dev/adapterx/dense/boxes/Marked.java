package dev.adapterx.dense.boxes;

import dev.adapterx.data.targets.Box;

/**
 * A box as a data set has it.
 *
 * @param x1 left edge, in pixels or as a share of the picture's width
 * @param y1 top edge
 * @param x2 right edge
 * @param y2 bottom edge
 * @param relative whether they are shares
 * @param name of the class
 * @param crowd around many objects that are not told apart
 * @param difficult marked as hard to see
 * @param area of the object in square pixels; negative where the data do not say
 * @param where it stands, for messages
 */
public record Marked(
    double x1,
    double y1,
    double x2,
    double y2,
    boolean relative,
    String name,
    boolean crowd,
    boolean difficult,
    double area,
    String where) {
  /** An area that the data do not say. */
  public static final double UNKNOWN_AREA = -1;

  /** An object in pixels of the picture. */
  public static Marked pixels(
      double x1, double y1, double x2, double y2, String name, String where) {
    return new Marked(x1, y1, x2, y2, false, name, false, false, UNKNOWN_AREA, where);
  }

  /** What is wrong with its edges; empty where nothing is. */
  String fault() {
    if (!Double.isFinite(x1)
        || !Double.isFinite(y1)
        || !Double.isFinite(x2)
        || !Double.isFinite(y2)) {
      return "%s: an edge of '%s' is not a number within range: left %s, top %s, right %s, bottom %s"
          .formatted(where, name, text(x1), text(y1), text(x2), text(y2));
    }
    return x2 <= x1 || y2 <= y1
        ? "%s: '%s' has no area: left %s, top %s, right %s, bottom %s"
            .formatted(where, name, text(x1), text(y1), text(x2), text(y2))
        : "";
  }

  /** A whole number without its dot. */
  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** In pixels of a picture of that size, not cut at its edges. */
  Box box(int width, int height, int label) {
    double across = relative ? width : 1;
    double down = relative ? height : 1;
    double left = x1 * across;
    double top = y1 * down;
    double right = x2 * across;
    double bottom = y2 * down;
    double own = area >= 0 ? area : (right - left) * (bottom - top);
    return new Box(left, top, right, bottom, label, crowd, difficult, own);
  }
}
