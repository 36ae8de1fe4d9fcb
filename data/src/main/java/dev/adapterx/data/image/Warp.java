package dev.adapterx.data.image;

import org.jspecify.annotations.Nullable;

/**
 * A geometric transformation as a value: drawn once, then applied to both the image and its target,
 * so that a mask or a box stays aligned with its object.
 */
public sealed interface Warp {
  /** A target that is transformed with its image: a mask, boxes. */
  interface Movable<T> {
    /** The target after its image has been warped. */
    T warped(Warp warp);
  }

  /** Width of the result. */
  int width();

  /** Height of the result. */
  int height();

  /** The warped image. */
  RgbImage of(RgbImage image);

  /** The new position of a point, in pixels from the left edge; pixel i extends from i to i + 1. */
  double x(double x);

  /** The new position of a point, in pixels from the upper edge. */
  double y(double y);

  /**
   * The source pixel whose centre is nearest to the centre of a pixel of the result; outside the
   * source where the result is padded.
   *
   * @param x column of the result
   */
  int sourceX(int x);

  /**
   * As {@link #sourceX}, for rows.
   *
   * @param y row of the result
   */
  int sourceY(int y);

  /** This one, then the other. */
  default Warp then(Warp next) {
    return new Chain(this, next);
  }

  /**
   * A rectangle, which may extend beyond the edges of its source, resized and optionally mirrored
   * left to right.
   *
   * @param left of the rectangle, in source pixels
   * @param top of the rectangle
   * @param cutWidth of the rectangle
   * @param cutHeight of the rectangle
   * @param resize to the result's size; absent if that is the rectangle's
   * @param fill what is seen beyond the edges of the source
   */
  record Window(
      int left,
      int top,
      int cutWidth,
      int cutHeight,
      int width,
      int height,
      boolean mirrored,
      @Nullable Resize resize,
      Fill fill)
      implements Warp {
    private static final Fill BLACK = new Fill(0, 0, 0);

    /** With black beyond the edges. */
    Window(
        int left,
        int top,
        int cutWidth,
        int cutHeight,
        int width,
        int height,
        boolean mirrored,
        @Nullable Resize resize) {
      this(left, top, cutWidth, cutHeight, width, height, mirrored, resize, BLACK);
    }

    /** A rectangle without resizing or mirroring, with black beyond the edges. */
    static Window cut(int left, int top, int width, int height) {
      return cut(left, top, width, height, BLACK);
    }

    /**
     * A rectangle without resizing or mirroring.
     *
     * @param fill what is seen beyond the edges
     */
    public static Window cut(int left, int top, int width, int height, Fill fill) {
      return new Window(left, top, width, height, width, height, false, null, fill);
    }

    @Override
    public RgbImage of(RgbImage image) {
      RgbImage cut = Pixels.window(image, left, top, cutWidth, cutHeight, fill);
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

    /** Outside the intermediate image is outside the source. */
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
