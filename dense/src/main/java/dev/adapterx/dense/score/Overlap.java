package dev.adapterx.dense.score;

import dev.adapterx.dense.box.Rectangle;
import dev.adapterx.dense.mask.RunLength;

/**
 * By what an object's place is compared with another's.
 *
 * @param <R> boxes or pixels
 */
public interface Overlap<R> {
  /** COCO's "bbox". */
  Overlap<Rectangle> BOXES =
      new Overlap<>() {
        @Override
        public double area(Rectangle found) {
          return found.area();
        }

        @Override
        public double of(Rectangle found, Rectangle truth, boolean crowd) {
          return found.overlap(truth, crowd);
        }
      };

  /** COCO's "segm". */
  Overlap<RunLength> MASKS =
      new Overlap<>() {
        @Override
        public double area(RunLength found) {
          return found.area();
        }

        @Override
        public double of(RunLength found, RunLength truth, boolean crowd) {
          return found.overlap(truth, crowd);
        }
      };

  /** Of a found object, in pixels. */
  double area(R found);

  /**
   * Intersection over union.
   *
   * @param crowd the true one is a crowd: the union is then the found one's area
   */
  double of(R found, R truth, boolean crowd);
}
