package dev.adapterx.dense.picture;

import dev.adapterx.data.Views;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import java.util.List;

/**
 * The windows or tiles of a picture that was resized.
 *
 * @param cuts each to S × S pixels
 * @param values 3 S²
 */
record PictureViews(RgbImage picture, List<Warp> cuts, Normalisation normalisation, int values)
    implements Views {
  @Override
  public int count() {
    return cuts.size();
  }

  @Override
  public long bytes() {
    return picture.pixels().length;
  }

  @Override
  public void write(int first, int count, float[] into, int offset) {
    for (int i = 0; i < count; i++) {
      normalisation.write(cuts.get(first + i).of(picture), into, offset + i * values);
    }
  }
}
