package dev.adapterx.data.image;

import org.jspecify.annotations.Nullable;

/**
 * A geometric change as a value: drawn once, then applied to the picture and to whatever is to be
 * learned of it alike, so that a mask or a box stays where its thing is.
 */
public sealed interface Warp {
  /** Something that moves with a picture: a mask, boxes. */
  interface Movable<T> {
    /** The same after a change of its picture. */
    T warped(Warp warp);
  }

  /** Width of the result. */
  int width();

  /** Height of the result. */
  int height();

  /** The changed picture. */
  RgbImage of(RgbImage image);

  /**
   * Where a point goes, in pixels from the left edge; pixels reach from their number to the next.
   */
  double x(double x);

  /** Where a point goes, in pixels from the upper edge. */
  double y(double y);

  /**
   * The source pixel whose middle is nearest the middle of a pixel of the result; outside of the
   * source where the result is padded.
   *
   * @param x column of the result
   */
  int sourceX(int x);

  /**
   * As {@link #sourceX}, of rows.
   *
   * @param y row of the result
   */
  int sourceY(int y);

  /** This one, then the other. */
  default Warp then(Warp next) {
    return new Chain(this, next);
  }

  /**
   * A rectangle, which may reach over the edges of its source, brought to a size and mirrored left
   * to right or not.
   *
   * @param left of the rectangle, in source pixels
   * @param top of the rectangle
   * @param cutWidth of the rectangle
   * @param cutHeight of the rectangle
   * @param resize to the result's size; absent where that is the rectangle's
   */
  record Window(
      int left,
      int top,
      int cutWidth,
      int cutHeight,
      int width,
      int height,
      boolean mirrored,
      @Nullable Resize resize)
      implements Warp {
    /** A rectangle as it is. */
    static Window cut(int left, int top, int width, int height) {
      return new Window(left, top, width, height, width, height, false, null);
    }

    @Override
    public RgbImage of(RgbImage image) {
      RgbImage cut = Pixels.window(image, left, top, cutWidth, cutHeight);
      RgbImage sized = resize == null ? cut : resize.apply(cut);
      return mirrored ? Exif.upright(sized, 2) : sized;
    }

    @Override
    public double x(double x) {
      double moved = (x - left) * width / cutWidth;
      return mirrored ? width - moved : moved;
    }

    @Override
    public double y(double y) {
      return (y - top) * height / cutHeight;
    }

    @Override
    public int sourceX(int x) {
      return left + nearest(mirrored ? width - 1 - x : x, cutWidth, width);
    }

    @Override
    public int sourceY(int y) {
      return top + nearest(y, cutHeight, height);
    }

    /** {@code ⌊(i + ½) · from / to⌋}, as PIL's nearest neighbour. */
    private static int nearest(int i, int from, int to) {
      return (int) ((2L * i + 1) * from / (2L * to));
    }
  }

  /** One after the other. */
  record Chain(Warp first, Warp second) implements Warp {
    @Override
    public int width() {
      return second.width();
    }

    @Override
    public int height() {
      return second.height();
    }

    @Override
    public RgbImage of(RgbImage image) {
      return second.of(first.of(image));
    }

    @Override
    public double x(double x) {
      return second.x(first.x(x));
    }

    @Override
    public double y(double y) {
      return second.y(first.y(y));
    }

    /** Outside of the middle picture is outside of the source. */
    @Override
    public int sourceX(int x) {
      int middle = second.sourceX(x);
      return middle < 0 || middle >= first.width() ? -1 : first.sourceX(middle);
    }

    @Override
    public int sourceY(int y) {
      int middle = second.sourceY(y);
      return middle < 0 || middle >= first.height() ? -1 : first.sourceY(middle);
    }
  }
}
