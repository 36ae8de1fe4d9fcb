package dev.adapterx.dense.picture;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;
import dev.adapterx.data.Views;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import dev.adapterx.data.targets.ClassMask;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a picture and its mask between the files and the batch. In training a sample ends
 * as a window of S × S pixels with its mask; in evaluation as the windows of the whole picture, one
 * after the other, with the mask in the picture's own size.
 *
 * @param side S
 * @param geometry the part that always gives the same result
 * @param augment the random part; null for none
 * @param windowed whether the whole picture is seen through windows
 */
public record MaskPipeline(
    int side,
    Normalisation normalisation,
    Transform<Sample<RgbImage, ClassMask>> geometry,
    @Nullable Transform<Sample<RgbImage, ClassMask>> augment,
    boolean windowed)
    implements Pipeline<Sample<RgbImage, ClassMask>> {
  private static final int CHANNELS = 3;

  /** For training. */
  public static MaskPipeline training(int side, Normalisation normalisation, MaskAugment augment) {
    MaskTransforms transforms = new MaskTransforms(side, Fill.meanOf(normalisation));
    return new MaskPipeline(
        side,
        normalisation,
        transforms.fixed(augment),
        augment.preset().equals("none") ? null : transforms.drawn(augment),
        false);
  }

  /** For evaluation and prediction; the mask is not touched. */
  public static MaskPipeline evaluation(int side, Normalisation normalisation) {
    return new MaskPipeline(
        side,
        normalisation,
        (sample, rng) ->
            new Sample<>(Windows.resizing(side).apply(sample.input(), rng), sample.target()),
        null,
        true);
  }

  /** The window in the middle of a picture, S × S pixels. */
  public RgbImage window(RgbImage picture) {
    Windows windows = Windows.of(side, picture.width(), picture.height());
    Place middle = windows.places().get(windows.places().size() / 2);
    RgbImage resized = Windows.resizing(side).apply(picture, Rng.of(0, "geometry"));
    return Windows.cut(side, middle, Fill.meanOf(normalisation)).of(resized);
  }

  @Override
  public int values() {
    return CHANNELS * side * side;
  }

  @Override
  public int values(Sample<RgbImage, ClassMask> sample) {
    return windowed ? windows(sample).places().size() * values() : values();
  }

  private Windows windows(Sample<RgbImage, ClassMask> sample) {
    return Windows.of(side, sample.target().width(), sample.target().height());
  }

  @Override
  public @Nullable BatchTransform mix() {
    return null;
  }

  @Override
  public void requireFinished(Sample<RgbImage, ClassMask> sample, String where) {
    int width = windowed ? windows(sample).width() : side;
    int height = windowed ? windows(sample).height() : side;
    if (sample.input().width() != width || sample.input().height() != height) {
      throw new DataException(
          "%s is %s after all transforms, expected %d x %d"
              .formatted(where, size(sample), width, height));
    }
  }

  @Override
  public void write(Sample<RgbImage, ClassMask> sample, float[] into, int offset) {
    if (!windowed) {
      normalisation.write(sample.input(), into, offset);
      return;
    }
    Views views = views(sample);
    views.write(0, views.count(), into, offset);
  }

  @Override
  public boolean hasViews() {
    return windowed;
  }

  @Override
  public Views views(Sample<RgbImage, ClassMask> sample) {
    Fill fill = Fill.meanOf(normalisation);
    List<Warp> cuts =
        windows(sample).places().stream().map(place -> Windows.cut(side, place, fill)).toList();
    return new PictureViews(sample.input(), cuts, normalisation, values());
  }

  @Override
  public Object target(Sample<RgbImage, ClassMask> sample, int label) {
    return sample.target();
  }

  @Override
  public String size(Sample<RgbImage, ClassMask> sample) {
    return sample.input().width() + " x " + sample.input().height() + " pixels";
  }

  @Override
  public long bytes(Sample<RgbImage, ClassMask> sample) {
    return sample.input().pixels().length + (long) Short.BYTES * sample.target().classes().length;
  }
}
