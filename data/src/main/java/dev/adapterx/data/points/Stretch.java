package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/** Scales and shifts the axes of a cloud, each by its own number. */
final class Stretch {
  private Stretch() {}

  static double[] perAxis(Rng rng, double from, double to) {
    return new double[] {uniform(rng, from, to), uniform(rng, from, to), uniform(rng, from, to)};
  }

  static double uniform(Rng rng, double from, double to) {
    return from + (to - from) * rng.nextDouble();
  }

  static PointCloud apply(PointCloud cloud, double[] scale, double[] shift) {
    float[] stretched = new float[cloud.xyz().length];
    for (int i = 0; i < stretched.length; i++) {
      stretched[i] = (float) (cloud.xyz()[i] * scale[i % 3] + shift[i % 3]);
    }
    return new PointCloud(stretched);
  }
}
