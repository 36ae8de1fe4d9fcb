package dev.adapterx.data.targets;

import dev.adapterx.base.DataException;

/**
 * A box around an object, in pixels from the top left corner of the picture: the pixel (0, 0) is
 * the box 0, 0, 1, 1.
 *
 * @param x1 left edge
 * @param y1 top edge
 * @param x2 right edge, not below the left one
 * @param y2 bottom edge, not below the top one
 * @param label index of the class
 * @param crowd around many objects that are not told apart: found ones within it count neither as
 *     right nor as wrong
 * @param difficult marked as hard to see: it need not be found
 * @param area of the object in square pixels, by which it is small, medium or large: that of its
 *     outline where the data have one, else of the box
 */
public record Box(
    double x1,
    double y1,
    double x2,
    double y2,
    int label,
    boolean crowd,
    boolean difficult,
    double area) {
  /**
   * Checks the edges.
   *
   * @throws DataException when one is not finite, or a side, the label or the area negative
   */
  public Box {
    if (!Double.isFinite(x1)
        || !Double.isFinite(y1)
        || !Double.isFinite(x2)
        || !Double.isFinite(y2)) {
      throw new DataException(
          "a box has the edges %s; expected finite numbers".formatted(edges(x1, y1, x2, y2)));
    }
    if (x2 < x1 || y2 < y1) {
      throw new DataException(
          "a box has the edges %s: %s; expected left, top, right, bottom"
              .formatted(
                  edges(x1, y1, x2, y2),
                  x2 < x1 ? "right lies left of left" : "bottom lies above top"));
    }
    if (label < 0) {
      throw new DataException("a box has the label %d; labels count from 0".formatted(label));
    }
    if (!(area >= 0)) {
      throw new DataException("the object of a box has the area %s".formatted(area));
    }
  }

  /** Of an object that fills its box. */
  public Box(
      double x1, double y1, double x2, double y2, int label, boolean crowd, boolean difficult) {
    this(x1, y1, x2, y2, label, crowd, difficult, Math.max(0, (x2 - x1) * (y2 - y1)));
  }

  /** A box that is neither crowd nor difficult. */
  public static Box of(double x1, double y1, double x2, double y2, int label) {
    return new Box(x1, y1, x2, y2, label, false, false);
  }

  public double width() {
    return x2 - x1;
  }

  public double height() {
    return y2 - y1;
  }

  /** Whether it is one of the objects that are to be found: no crowd, not difficult. */
  public boolean isWanted() {
    return !crowd && !difficult;
  }

  /** Whether no pixel lies in it. */
  public boolean isEmpty() {
    return x2 == x1 || y2 == y1;
  }

  /** Intersection over union; 0 where nothing is shared. */
  public double overlap(Box other) {
    double w = Math.min(x2, other.x2) - Math.max(x1, other.x1);
    double h = Math.min(y2, other.y2) - Math.max(y1, other.y1);
    if (w <= 0 || h <= 0) {
      return 0;
    }
    double intersection = w * h;
    return intersection / (width() * height() + other.width() * other.height() - intersection);
  }

  private static String edges(double x1, double y1, double x2, double y2) {
    return x1 + ", " + y1 + ", " + x2 + ", " + y2;
  }
}
