package dev.adapterx.dense.mask;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/**
 * The class of every pixel of a picture, row by row from the top left.
 *
 * @param indices height × width classes; {@link #IGNORE} where there is none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Mask(int width, int height, short[] indices) {
  /** The class of pixels that take part in neither loss nor measure. */
  public static final short IGNORE = -1;

  /** One more than the largest class an index can name. */
  public static final int MOST_CLASSES = Short.MAX_VALUE;

  /**
   * Checks the sizes.
   *
   * @throws DataException when a side is below 1 or the number of indices is another
   */
  public Mask {
    if (width < 1 || height < 1) {
      throw new DataException("A mask has %d × %d pixels".formatted(width, height));
    }
    if (indices.length != (long) width * height) {
      throw new DataException(
          "A mask of %d × %d pixels needs %d indices, found %d"
              .formatted(width, height, (long) width * height, indices.length));
    }
  }

  /** The class at a pixel, or {@link #IGNORE}. */
  public int at(int x, int y) {
    if (x < 0 || x >= width || y < 0 || y >= height) {
      throw new IndexOutOfBoundsException(
          "pixel (%d, %d) of a mask of %d × %d".formatted(x, y, width, height));
    }
    return indices[y * width + x];
  }

  /**
   * Requires every index to be a class or {@link #IGNORE}.
   *
   * @param classes how many there are
   * @param where what to call the mask in the message
   * @return this mask
   * @throws DataException naming the first pixel that is neither
   */
  public Mask requireClasses(int classes, String where) {
    for (int i = 0; i < indices.length; i++) {
      int index = indices[i];
      if (index != IGNORE && (index < 0 || index >= classes)) {
        throw new DataException(
            "%s: pixel (%d, %d) has class %d; there are %d classes, 0 … %d. Name all classes, or say which value marks pixels to ignore"
                .formatted(where, i % width, i / width, index, classes, classes - 1));
      }
    }
    return this;
  }

  /** The pixels of one class. */
  public RunLength of(int label) {
    RunLength.Builder runs = new RunLength.Builder(height, width);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        runs.add(indices[y * width + x] == label);
      }
    }
    return runs.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask
        && width == mask.width
        && height == mask.height
        && Arrays.equals(indices, mask.indices);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(indices);
  }

  @Override
  public String toString() {
    return "Mask[" + width + " × " + height + "]";
  }
}
