package dev.adapterx.dense.picture;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Geometry;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.Warp;
import java.util.List;

/**
 * How a picture of any size is seen through squares of S × S pixels: it is resized until its
 * shorter side is S (of a picture more than four times as long as wide the longer side is 4 S, and
 * what is missing is padded right or below), then cut into squares that overlap by a third, the
 * last flush with the border. Scores are averaged where squares overlap, and brought back to the
 * picture's size; mmsegmentation calls it sliding inference.
 *
 * @param side S
 * @param width of the resized picture
 * @param height of the resized picture
 */
public record Windows(int side, int width, int height) {
  private static final int LONGEST = 4;

  public Windows {
    if (side < 1 || width < 1 || height < 1) {
      throw new ConfigException(
          "windows of %d pixels over %d x %d pixels".formatted(side, width, height));
    }
  }

  /** Those of a picture in its own size. */
  public static Windows of(int side, int pictureWidth, int pictureHeight) {
    double shorter = Math.min(pictureWidth, pictureHeight);
    double longer = Math.max(pictureWidth, pictureHeight);
    double scale = Math.min(side / shorter, LONGEST * side / longer);
    return new Windows(
        side,
        Math.max(1, (int) Math.round(scale * pictureWidth)),
        Math.max(1, (int) Math.round(scale * pictureHeight)));
  }

  /** The windows, row by row. */
  public List<Place> places() {
    return Squares.over(width, height, side, Math.max(1, 2 * side / 3));
  }

  /** Width with what is padded. */
  public int paddedWidth() {
    return Math.max(width, side);
  }

  /** Height with what is padded. */
  public int paddedHeight() {
    return Math.max(height, side);
  }

  /** Resizes a picture, bilinearly, to what windows are cut of; draws nothing. */
  public static Geometry resizing(int side) {
    return (width, height, rng) -> {
      Windows of = of(side, width, height);
      return Resize.to(of.width, of.height, Filter.BILINEAR).draw(width, height, rng);
    };
  }

  /**
   * A window of the resized picture.
   *
   * @param fill what is seen where it is padded
   */
  public static Warp cut(int side, Place place, Fill fill) {
    return Warp.Window.cut(place.left(), place.top(), side, side, fill);
  }
}
