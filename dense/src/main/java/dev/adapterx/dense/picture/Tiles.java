package dev.adapterx.dense.picture;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Geometry;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.Warp;
import java.util.List;

/**
 * How objects of a picture of any size are seen through squares of S × S pixels. Whole: the picture
 * is resized until its longer side is S, and padded right or below. In tiles: squares of T × T
 * pixels of the picture become S × S, a quarter of each overlapping the next, the last flush with
 * the border; that way small objects of large pictures stay large enough.
 *
 * @param side S
 * @param width of the resized picture
 * @param height of the resized picture
 */
public record Tiles(int side, int width, int height) {
  /** Pixels of all tiles of a picture: 1.6 GB of numbers. */
  private static final double MOST_SEEN = 1 << 27;

  public Tiles {
    if (side < 1 || width < 1 || height < 1) {
      throw new ConfigException(
          "tiles of %d pixels over %d x %d pixels".formatted(side, width, height));
    }
  }

  /**
   * Those of a picture in its own size.
   *
   * @param tile T, pixels of the picture along a tile; 0: the picture whole
   */
  public static Tiles of(int side, int tile, int pictureWidth, int pictureHeight) {
    double scale = scale(side, tile, pictureWidth, pictureHeight);
    return new Tiles(side, sized(scale, pictureWidth), sized(scale, pictureHeight));
  }

  /** Pixels of the resized picture for one of the picture. */
  static double scale(int side, int tile, int pictureWidth, int pictureHeight) {
    return (double) side / (tile == 0 ? Math.max(pictureWidth, pictureHeight) : tile);
  }

  static int sized(double scale, int length) {
    return Math.max(1, (int) Math.rint(scale * length));
  }

  /** The tiles, row by row. */
  public List<Place> places() {
    return Squares.over(width, height, side, Math.max(1, 3 * side / 4));
  }

  /** Resizes a picture, bilinearly, to what tiles are cut of; draws nothing. */
  public static Geometry resizing(int side, int tile) {
    return (width, height, rng) -> {
      Tiles of = of(side, tile, width, height);
      requireFew(of, tile, width, height);
      return Resize.to(of.width, of.height, Filter.BILINEAR).draw(width, height, rng);
    };
  }

  /** Tiles that are too small make more of a picture than memory holds. */
  private static void requireFew(Tiles of, int tile, int width, int height) {
    double over = (double) of.width * of.height / Resize.MOST_PIXELS;
    if (over <= 1) {
      over = of.places().size() * (double) of.side * of.side / MOST_SEEN;
    }
    if (tile > 0 && over > 1) {
      throw new DataException(
          "%d x %d pixels in tiles of %d, each enlarged to %d, are too many at once; set data.boxes.tile to %d or more"
              .formatted(
                  width, height, tile, of.side, (int) Math.ceil(1.05 * Math.sqrt(over) * tile)));
    }
  }

  /**
   * A tile of the resized picture.
   *
   * @param fill what is seen where it is padded
   */
  public Warp cut(Place place, Fill fill) {
    return Warp.Window.cut(place.left(), place.top(), side, side, fill);
  }
}
