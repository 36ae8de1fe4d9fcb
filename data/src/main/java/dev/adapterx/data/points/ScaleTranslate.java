package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/**
 * Scales each axis by its own {@code U(2/3, 3/2)}, then shifts it by its own {@code U(-0.2, 0.2)}.
 *
 * <p>Liu et al., Relation-Shape Convolutional Neural Network for Point Cloud Analysis, CVPR 2019,
 * <a href="https://arxiv.org/abs/1904.07601">paper</a>.
 */
public record ScaleTranslate() implements PointTransform {
  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    double[] scale = Stretch.perAxis(rng, 2 / 3.0, 3 / 2.0);
    return Stretch.apply(cloud, scale, Stretch.perAxis(rng, -0.2, 0.2));
  }
}
