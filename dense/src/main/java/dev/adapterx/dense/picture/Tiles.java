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

  /** Tiles of one picture, each of which is a forward pass. */
  private static final int MOST_TILES = 4096;

  /** How much a picture may be enlarged: more shows nothing new, and makes tiles without end. */
  private static final int MOST_ENLARGED = 8;

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

  private long count() {
    return Squares.count(width, height, side, Math.max(1, 3 * side / 4));
  }

  /**
   * Refuses tiles that show a picture enlarged beyond all use.
   *
   * @param side S
   * @param tile T; 0: the picture whole
   * @throws ConfigException naming the smallest that would do
   */
  public static void requireUseful(int side, int tile) {
    if (tile > 0 && (long) tile * MOST_ENLARGED < side) {
      throw new ConfigException(
          "data.boxes.tile=%d: tiles of %d x %d pixels would be enlarged to %d x %d (backbone.input-size), and even small pictures be hundreds of tiles, each a forward pass; set it to %d or more, or to 0 to see pictures whole"
              .formatted(tile, tile, tile, side, side, (side + MOST_ENLARGED - 1) / MOST_ENLARGED));
    }
  }

  /** Tiles that are too small make more of a picture than memory holds, or hours. */
  private static void requireFew(Tiles of, int tile, int width, int height) {
    if (tile == 0 || of.areFew()) {
      return;
    }
    int larger = tile;
    while (!of(of.side, larger, width, height).areFew()) {
      larger++;
    }
    throw new DataException(
        "%d x %d pixels in tiles of %d, each enlarged to %d, are too many at once: %,d tiles, each a forward pass, where a picture may have %d; set data.boxes.tile to %d or more"
            .formatted(width, height, tile, of.side, of.count(), MOST_TILES, larger));
  }

  private boolean areFew() {
    return count() <= MOST_TILES
        && (double) width * height <= Resize.MOST_PIXELS
        && count() * (double) side * side <= MOST_SEEN;
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
