package dev.adapterx.data.targets;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Warp;
import java.util.ArrayList;
import java.util.List;

/**
 * The boxes of one picture; none is an answer too.
 *
 * @param width of the picture
 * @param height of the picture
 */
public record Boxes(int width, int height, List<Box> boxes) implements Warp.Movable<Boxes> {
  /** The smallest side of a box after a warp, in pixels; smaller boxes are dropped. */
  public static final double SMALLEST = 2;

  /** The share of a box that must remain in the picture for it to be kept. */
  public static final double VISIBLE = 0.1;

  /**
   * Checks the size.
   *
   * @throws DataException when a side is below 1
   */
  public Boxes {
    boxes = List.copyOf(boxes);
    if (width < 1 || height < 1) {
      throw new DataException("a picture with boxes has %d × %d pixels".formatted(width, height));
    }
  }

  /** A picture of which nothing is known but its size. */
  public static Boxes unknown(int width, int height) {
    return new Boxes(width, height, List.of());
  }

  /**
   * Requires every label to be a class.
   *
   * @param where what to call the picture in the message
   * @return these boxes
   * @throws DataException naming the first box whose label is none
   */
  public Boxes requireClasses(int classes, String where) {
    for (int i = 0; i < boxes.size(); i++) {
      int label = boxes.get(i).label();
      if (label >= classes) {
        throw new DataException(
            "%s: box %d has the label %d; there are %d classes, 0 … %d"
                .formatted(where, i, label, classes, classes - 1));
      }
    }
    return this;
  }

  /**
   * The warped boxes, clipped at the picture's edges. A box is dropped when less than {@link
   * #VISIBLE} of it remains, or a side is shorter than {@link #SMALLEST}; the area of its object
   * shrinks with it.
   */
  @Override
  public Boxes warped(Warp warp) {
    List<Box> kept = new ArrayList<>();
    for (Box box : boxes) {
      double x1 = warp.x(box.x1());
      double x2 = warp.x(box.x2());
      double y1 = warp.y(box.y1());
      double y2 = warp.y(box.y2());
      double left = Math.max(0, Math.min(x1, x2));
      double right = Math.min(warp.width(), Math.max(x1, x2));
      double top = Math.max(0, Math.min(y1, y2));
      double bottom = Math.min(warp.height(), Math.max(y1, y2));
      double whole = Math.abs(x2 - x1) * Math.abs(y2 - y1);
      double seen = (right - left) * (bottom - top);
      if (right - left >= SMALLEST && bottom - top >= SMALLEST && seen >= VISIBLE * whole) {
        double area = box.area() * seen / (box.width() * box.height());
        kept.add(
            new Box(left, top, right, bottom, box.label(), box.crowd(), box.difficult(), area));
      }
    }
    return new Boxes(warp.width(), warp.height(), kept);
  }
}
