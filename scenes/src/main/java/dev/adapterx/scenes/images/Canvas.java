package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.scenes.draw.Draw;

/** A square image being painted; coordinates are in the unit square. */
final class Canvas {
  final int size;
  private float[] rgb;

  Canvas(int size) {
    this.size = size;
    this.rgb = new float[3 * size * size];
  }

  /** Paints everything. */
  void paint(Paint paint) {
    for (int pixel = 0; pixel < size * size; pixel++) {
      blend(pixel, paint, 1);
    }
  }

  /** Paints the area covered by the mask. */
  void paint(Coverage mask, Paint paint, double opacity) {
    for (int pixel = 0; pixel < size * size; pixel++) {
      if (mask.cover[pixel] > 0) {
        blend(pixel, paint, mask.cover[pixel] * opacity);
      }
    }
  }

  /** The mean colour under the mask. */
  Rgb mean(Coverage mask) {
    double[] sum = new double[3];
    double weight = 1e-9;
    for (int pixel = 0; pixel < size * size; pixel++) {
      weight += mask.cover[pixel];
      for (int channel = 0; channel < 3; channel++) {
        sum[channel] += mask.cover[pixel] * rgb[3 * pixel + channel];
      }
    }
    return new Rgb(sum[0] / weight, sum[1] / weight, sum[2] / weight);
  }

  /** Multiplies by {@code 1 - depth … 1 + depth} according to a field: uneven light. */
  void light(Field field, double depth) {
    for (int pixel = 0; pixel < size * size; pixel++) {
      double factor = 1 + depth * (2 * field.at(x(pixel), y(pixel)) - 1);
      for (int channel = 0; channel < 3; channel++) {
        rgb[3 * pixel + channel] *= (float) factor;
      }
    }
  }

  /** Smooths with {@code (1, 2, 1) / 4} in both directions. */
  void blur() {
    rgb = smoothed(smoothed(rgb, 3, size), 3 * size, size);
  }

  /** Adds grain of the given standard deviation to every channel. */
  void grain(Rng rng, double deviation) {
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] += (float) (deviation * Draw.grain(rng));
    }
  }

  RgbImage image() {
    byte[] pixels = new byte[rgb.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (Math.max(0, Math.min(1, rgb[i])) * 255 + 0.5f);
    }
    return new RgbImage(size, size, pixels);
  }

  private void blend(int pixel, Paint paint, double opacity) {
    double share = paint.share().at(x(pixel), y(pixel));
    Rgb from = paint.from();
    Rgb to = paint.to();
    int at = 3 * pixel;
    rgb[at] += (float) (opacity * (from.red() + share * (to.red() - from.red()) - rgb[at]));
    rgb[at + 1] +=
        (float) (opacity * (from.green() + share * (to.green() - from.green()) - rgb[at + 1]));
    rgb[at + 2] +=
        (float) (opacity * (from.blue() + share * (to.blue() - from.blue()) - rgb[at + 2]));
  }

  private double x(int pixel) {
    int column = pixel % size;
    return (column + 0.5) / size;
  }

  private double y(int pixel) {
    int row = pixel / size;
    return (row + 0.5) / size;
  }

  /** Borders are replicated: a neighbour outside the row or column is the pixel itself. */
  private static float[] smoothed(float[] from, int step, int size) {
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int position = i / step % size;
      float before = from[position > 0 ? i - step : i];
      float after = from[position < size - 1 ? i + step : i];
      to[i] = (before + 2 * from[i] + after) / 4;
    }
    return to;
  }
}
