package dev.adapterx.dense.box;

import dev.adapterx.base.DataException;
import java.util.List;

/**
 * The boxes of one picture; none is an answer too.
 *
 * @param width of the picture
 * @param height of the picture
 */
public record Boxes(int width, int height, List<Box> boxes) {
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
}
