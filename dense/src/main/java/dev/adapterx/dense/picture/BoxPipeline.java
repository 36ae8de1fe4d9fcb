package dev.adapterx.dense.picture;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;
import dev.adapterx.data.Views;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Geometry;
import dev.adapterx.data.image.HorizontalFlip;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import dev.adapterx.data.targets.Boxes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a picture and its boxes between the files and the batch. In training a sample
 * ends as S × S pixels with the boxes seen in them; in evaluation as the tiles of the whole
 * picture, one after the other, with the boxes in the picture's own size.
 *
 * @param side S
 * @param tile pixels of a picture along a tile; 0: pictures are seen whole
 * @param geometry the part that always gives the same result
 * @param augment the random part; null for none
 * @param tiled whether the whole picture is seen
 */
public record BoxPipeline(
    int side,
    int tile,
    Normalisation normalisation,
    Transform<Sample<RgbImage, Boxes>> geometry,
    @Nullable Transform<Sample<RgbImage, Boxes>> augment,
    boolean tiled)
    implements Pipeline<Sample<RgbImage, Boxes>> {
  private static final int CHANNELS = 3;

  private static final Geometry FLIP = new HorizontalFlip(0.5);

  /** Bytes of the heap a box takes, about. */
  private static final long BOX_BYTES = 80;

  /** For training. */
  public static BoxPipeline training(
      int side, int tile, Normalisation normalisation, BoxAugment augment) {
    Fill fill = Fill.meanOf(normalisation);
    Geometry place = (width, height, rng) -> square(side, width, height, fill, null);
    Geometry drawnPlace = (width, height, rng) -> square(side, width, height, fill, rng);
    Geometry resizing = Tiles.resizing(side, tile);
    boolean dense = augment.preset().equals("dense");
    Transform<Sample<RgbImage, Boxes>> fixed =
        dense
            ? (sample, rng) -> sample
            : augment.preset().equals("none")
                ? resizing.then(place).together()
                : resizing.together();
    Transform<Sample<RgbImage, Boxes>> moved =
        (dense ? scaled(side, tile, augment).then(FLIP).then(drawnPlace) : FLIP.then(place))
            .together();
    Transform<Sample<RgbImage, Boxes>> drawn =
        dense && augment.photometric()
            ? (sample, rng) -> {
              Sample<RgbImage, Boxes> seen = moved.apply(sample, rng);
              return new Sample<>(Photometric.USUAL.apply(seen.input(), rng), seen.target());
            }
            : moved;
    return new BoxPipeline(
        side, tile, normalisation, fixed, augment.preset().equals("none") ? null : drawn, false);
  }

  /** Scale jitter: the ratio to the size of evaluation is uniform. */
  private static Geometry scaled(int side, int tile, BoxAugment augment) {
    double least = augment.scale().get(0);
    double largest = augment.scale().get(1);
    return (width, height, rng) -> {
      double ratio = least + (largest - least) * rng.nextDouble();
      double scale = ratio * Tiles.scale(side, tile, width, height);
      return Resize.to(Tiles.sized(scale, width), Tiles.sized(scale, height), Filter.BILINEAR)
          .draw(width, height, rng);
    };
  }

  /** S × S pixels, padded right and below; the middle where nothing is drawn. */
  private static Warp square(int side, int width, int height, Fill fill, @Nullable Rng rng) {
    int spareX = Math.max(0, width - side);
    int spareY = Math.max(0, height - side);
    int top = rng == null ? spareY / 2 : rng.nextInt(spareY + 1);
    int left = rng == null ? spareX / 2 : rng.nextInt(spareX + 1);
    return Warp.Window.cut(left, top, side, side, fill);
  }

  /** For evaluation and prediction; the boxes are not touched. */
  public static BoxPipeline evaluation(int side, int tile, Normalisation normalisation) {
    Geometry resizing = Tiles.resizing(side, tile);
    return new BoxPipeline(
        side,
        tile,
        normalisation,
        (sample, rng) -> new Sample<>(resizing.apply(sample.input(), rng), sample.target()),
        null,
        true);
  }

  /** The tile in the middle of a picture, S × S pixels. */
  public RgbImage window(RgbImage picture) {
    Tiles tiles = Tiles.of(side, tile, picture.width(), picture.height());
    Place middle = tiles.places().get(tiles.places().size() / 2);
    RgbImage resized = Tiles.resizing(side, tile).apply(picture, Rng.of(0, "geometry"));
    return tiles.cut(middle, Fill.meanOf(normalisation)).of(resized);
  }

  @Override
  public int values() {
    return CHANNELS * side * side;
  }

  @Override
  public int values(Sample<RgbImage, Boxes> sample) {
    return tiled ? Math.multiplyExact(tiles(sample).places().size(), values()) : values();
  }

  private Tiles tiles(Sample<RgbImage, Boxes> sample) {
    return Tiles.of(side, tile, sample.target().width(), sample.target().height());
  }

  @Override
  public @Nullable BatchTransform mix() {
    return null;
  }

  @Override
  public void requireFinished(Sample<RgbImage, Boxes> sample, String where) {
    int width = tiled ? tiles(sample).width() : side;
    int height = tiled ? tiles(sample).height() : side;
    if (sample.input().width() != width || sample.input().height() != height) {
      throw new DataException(
          "%s is %s after all transforms, expected %d x %d"
              .formatted(where, size(sample), width, height));
    }
  }

  @Override
  public void write(Sample<RgbImage, Boxes> sample, float[] into, int offset) {
    if (!tiled) {
      normalisation.write(sample.input(), into, offset);
      return;
    }
    Views views = views(sample);
    views.write(0, views.count(), into, offset);
  }

  @Override
  public boolean hasViews() {
    return tiled;
  }

  @Override
  public Views views(Sample<RgbImage, Boxes> sample) {
    Fill fill = Fill.meanOf(normalisation);
    Tiles tiles = tiles(sample);
    List<Warp> cuts = tiles.places().stream().map(place -> tiles.cut(place, fill)).toList();
    return new PictureViews(sample.input(), cuts, normalisation, values());
  }

  @Override
  public Object target(Sample<RgbImage, Boxes> sample, int label) {
    return sample.target();
  }

  @Override
  public String size(Sample<RgbImage, Boxes> sample) {
    return sample.input().width() + " x " + sample.input().height() + " pixels";
  }

  @Override
  public long bytes(Sample<RgbImage, Boxes> sample) {
    return sample.input().pixels().length + BOX_BYTES * sample.target().boxes().size();
  }
}
