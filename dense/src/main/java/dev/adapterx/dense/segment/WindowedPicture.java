package dev.adapterx.dense.segment;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPipeline;

/**
 * A picture that is ready for the model.
 *
 * @param values of its windows, one after the other; not copied
 * @param width of the picture
 * @param height of the picture
 */
@SuppressWarnings("ArrayRecordComponent") // on its way into the model; never compared
public record WindowedPicture(float[] values, int width, int height) {
  /**
   * Resizes a picture and cuts its windows.
   *
   * @param pipeline of an evaluation
   */
  public static WindowedPicture of(RgbImage picture, MaskPipeline pipeline) {
    ClassMask unknown = ClassMask.unknown(picture.width(), picture.height());
    Sample<RgbImage, ClassMask> ready =
        pipeline.geometry().apply(new Sample<>(picture, unknown), Rng.of(0, "geometry"));
    float[] values = new float[pipeline.values(ready)];
    pipeline.write(ready, values, 0);
    return new WindowedPicture(values, picture.width(), picture.height());
  }
}
