package dev.adapterx.dense.segment;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Views;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPipeline;

/**
 * A picture that is ready for the model.
 *
 * @param windows of the resized picture
 * @param width of the picture
 * @param height of the picture
 */
public record WindowedPicture(Views windows, int width, int height) {
  /**
   * Resizes a picture.
   *
   * @param pipeline of an evaluation
   */
  public static WindowedPicture of(RgbImage picture, MaskPipeline pipeline) {
    ClassMask unknown = ClassMask.unknown(picture.width(), picture.height());
    Sample<RgbImage, ClassMask> ready =
        pipeline.geometry().apply(new Sample<>(picture, unknown), Rng.of(0, "geometry"));
    return new WindowedPicture(pipeline.views(ready), picture.width(), picture.height());
  }
}
