package dev.adapterx.data.targets;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Warp;

/**
 * A class for each pixel.
 *
 * @param classes row by row, {@link #IGNORED} where a pixel has no class; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a pixel buffer; compared by content nowhere
public record ClassMask(int width, int height, short[] classes) implements Warp.Movable<ClassMask> {
  /** A pixel that is excluded from training: unlabelled, or padding. */
  public static final short IGNORED = -1;

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

  /** The class of a pixel. */
  public int at(int x, int y) {
    return classes[y * width + x];
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
}
