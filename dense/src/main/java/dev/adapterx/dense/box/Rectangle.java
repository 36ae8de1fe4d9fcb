package dev.adapterx.dense.box;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.Box;

/**
 * A box as COCO writes it: corner and size, which cannot be had back exactly from two corners.
 *
 * @param x left edge
 * @param y top edge
 */
public record Rectangle(double x, double y, double width, double height) {
  /**
   * Checks the numbers.
   *
   * @throws DataException when one is not finite or a side is negative
   */
  public Rectangle {
    boolean finite =
        Double.isFinite(x)
            && Double.isFinite(y)
            && Double.isFinite(x + width)
            && Double.isFinite(y + height);
    if (!finite || width < 0 || height < 0) {
      throw new DataException(
          "a box is %s, %s, %s, %s; expected left, top, width, height"
              .formatted(x, y, width, height));
    }
  }

  /** The same box. */
  public static Rectangle of(Box box) {
    return new Rectangle(box.x1(), box.y1(), box.width(), box.height());
  }

  public double area() {
    return width * height;
  }

  /**
   * Intersection over union.
   *
   * @param crowd the other is a crowd: the union is then this box's own area
   */
  public double overlap(Rectangle other, boolean crowd) {
    double w = Math.min(width + x, other.width + other.x) - Math.max(x, other.x);
    double h = Math.min(height + y, other.height + other.y) - Math.max(y, other.y);
    if (w <= 0 || h <= 0) {
      return 0;
    }
    double intersection = w * h;
    return intersection / (crowd ? area() : area() + other.area() - intersection);
  }
}
