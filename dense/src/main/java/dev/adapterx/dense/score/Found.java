package dev.adapterx.dense.score;

import dev.adapterx.base.DataException;

/**
 * A predicted object.
 *
 * @param <R> boxes or pixels
 * @param label index of the class
 * @param score the higher, the surer
 */
public record Found<R>(int label, R place, double score) {
  /**
   * Checks the numbers.
   *
   * @throws DataException when the score is not a number or the label is negative
   */
  public Found {
    if (Double.isNaN(score)) {
      throw new DataException("the score of a predicted object is not a number");
    }
    if (label < 0) {
      throw new DataException(
          "a predicted object has the label %d; labels count from 0".formatted(label));
    }
  }
}
