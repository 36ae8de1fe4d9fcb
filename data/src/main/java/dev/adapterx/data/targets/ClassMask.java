package dev.adapterx.data.targets;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Warp;
import java.util.Arrays;

/**
 * A class for each pixel.
 *
 * @param classes row by row, {@link #IGNORED} where a pixel has no class; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a pixel buffer
public record ClassMask(int width, int height, short[] classes) implements Warp.Movable<ClassMask> {
  /** A pixel that is excluded from training: unlabelled, or padding. */
  public static final short IGNORED = -1;

  /** One more than the largest class an index can name. */
  public static final int MOST_CLASSES = Short.MAX_VALUE;

  public ClassMask {
    if (width < 1 || height < 1 || classes.length != (long) width * height) {
      throw new DataException(
          "A mask of "
              + width
              + " x "
              + height
              + " pixels needs "
              + (long) width * height
              + " classes, found "
              + classes.length);
    }
  }

  /** A mask that says nothing of a picture but its size. */
  public static ClassMask unknown(int width, int height) {
    short[] classes = new short[Math.multiplyExact(width, height)];
    Arrays.fill(classes, IGNORED);
    return new ClassMask(width, height, classes);
  }

  /** The class of a pixel, or {@link #IGNORED}. */
  public int at(int x, int y) {
    if (x < 0 || x >= width || y < 0 || y >= height) {
      throw new IndexOutOfBoundsException(
          "pixel (%d, %d) of a mask of %d x %d".formatted(x, y, width, height));
    }
    return classes[y * width + x];
  }

  /**
   * Requires every pixel to have a class or {@link #IGNORED}.
   *
   * @param count how many classes there are
   * @param where what to call the mask in the message
   * @return this mask
   * @throws DataException naming the first pixel that has neither
   */
  public ClassMask requireClasses(int count, String where) {
    for (int i = 0; i < classes.length; i++) {
      int found = classes[i];
      if (found != IGNORED && (found < 0 || found >= count)) {
        throw new DataException(
            "%s: pixel (%d, %d) has class %d; there are %d classes, 0 … %d. Name all classes, or say which value marks pixels to ignore"
                .formatted(where, i % width, i / width, found, count, count - 1));
      }
    }
    return this;
  }

  /** How many pixels have a class. */
  public int labelled() {
    int labelled = 0;
    for (short found : classes) {
      labelled += found == IGNORED ? 0 : 1;
    }
    return labelled;
  }

  /** Samples the nearest pixel; padding becomes {@link #IGNORED}. */
  @Override
  public ClassMask warped(Warp warp) {
    int[] columns = new int[warp.width()];
    for (int x = 0; x < columns.length; x++) {
      columns[x] = warp.sourceX(x);
    }
    short[] moved = new short[Math.multiplyExact(warp.width(), warp.height())];
    for (int y = 0; y < warp.height(); y++) {
      int row = warp.sourceY(y);
      for (int x = 0; x < columns.length; x++) {
        boolean inside = row >= 0 && row < height && columns[x] >= 0 && columns[x] < width;
        moved[y * warp.width() + x] = inside ? classes[row * width + columns[x]] : IGNORED;
      }
    }
    return new ClassMask(warp.width(), warp.height(), moved);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClassMask mask
        && width == mask.width
        && height == mask.height
        && Arrays.equals(classes, mask.classes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(classes);
  }

  @Override
  public String toString() {
    return "mask of " + width + " x " + height + " pixels";
  }
}
