package dev.adapterx.data.targets;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Warp;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects in an image, each with a class and an axis-aligned bounding box.
 *
 * @param width of the image
 * @param height of the image
 */
public record Boxes(int width, int height, List<Box> boxes) implements Warp.Movable<Boxes> {
  /** The smallest side of a box, in pixels; smaller boxes are dropped. */
  public static final double SMALLEST = 2;

  /** The share of a box that must remain in the image for it to be kept. */
  public static final double VISIBLE = 0.1;

  /** From (left, top) to (right, bottom), in pixels from the image's upper left corner. */
  public record Box(double left, double top, double right, double bottom, int type) {
    public Box {
      if (!(left < right) || !(top < bottom) || Double.isInfinite(right - left + bottom - top)) {
        throw new DataException(
            "A box reaches from its left to its right and from its top to its bottom, found left "
                + left
                + ", top "
                + top
                + ", right "
                + right
                + ", bottom "
                + bottom);
      }
    }

    /** In square pixels. */
    public double area() {
      return (right - left) * (bottom - top);
    }
  }

  public Boxes {
    boxes = List.copyOf(boxes);
  }

  /**
   * The warped boxes, clipped at the image's edges. A box is dropped when less than {@link
   * #VISIBLE} of it remains, or a side is shorter than {@link #SMALLEST}.
   */
  @Override
  public Boxes warped(Warp warp) {
    List<Box> kept = new ArrayList<>();
    for (Box box : boxes) {
      double x1 = warp.x(box.left);
      double x2 = warp.x(box.right);
      double y1 = warp.y(box.top);
      double y2 = warp.y(box.bottom);
      double left = Math.max(0, Math.min(x1, x2));
      double right = Math.min(warp.width(), Math.max(x1, x2));
      double top = Math.max(0, Math.min(y1, y2));
      double bottom = Math.min(warp.height(), Math.max(y1, y2));
      double whole = Math.abs(x2 - x1) * Math.abs(y2 - y1);
      if (right - left >= SMALLEST
          && bottom - top >= SMALLEST
          && (right - left) * (bottom - top) >= VISIBLE * whole) {
        kept.add(new Box(left, top, right, bottom, box.type));
      }
    }
    return new Boxes(warp.width(), warp.height(), kept);
  }
}
