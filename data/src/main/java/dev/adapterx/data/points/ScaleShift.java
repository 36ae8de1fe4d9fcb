package dev.adapterx.data.points;

import dev.adapterx.base.Rng;

/**
 * Scales a cloud by {@code U(0.8, 1.25)}, all axes alike, then shifts each by its own {@code
 * U(-0.1, 0.1)}: how PointNet, and Point-MAE after it, segments parts.
 *
 * <p>Qi et al., PointNet, CVPR 2017, <a href="https://arxiv.org/abs/1612.00593">paper</a>.
 */
public record ScaleShift() implements PointTransform {
  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    double scale = Stretch.uniform(rng, 0.8, 1.25);
    double[] same = {scale, scale, scale};
    return Stretch.apply(cloud, same, Stretch.perAxis(rng, -0.1, 0.1));
  }
}
