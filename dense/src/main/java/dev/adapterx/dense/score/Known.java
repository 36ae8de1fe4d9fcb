package dev.adapterx.dense.score;

import dev.adapterx.base.DataException;

/**
 * A true object.
 *
 * @param <R> boxes or pixels
 * @param label index of the class
 * @param area in pixels, by which it is small, medium or large: the annotation's own, which COCO
 *     takes from the pixels even where boxes are compared
 * @param crowd around many objects: found ones within it count neither as right nor as wrong
 */
public record Known<R>(int label, R place, double area, boolean crowd) {
  /**
   * Checks the numbers.
   *
   * @throws DataException when the area is no number from 0 or the label is negative
   */
  public Known {
    if (!(area >= 0)) {
      throw new DataException("a true object has the area %s; expected pixels".formatted(area));
    }
    if (label < 0) {
      throw new DataException(
          "a true object has the label %d; labels count from 0".formatted(label));
    }
  }
}
