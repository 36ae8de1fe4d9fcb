package dev.adapterx.data.points;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;

/**
 * Moves the mean of the points to the origin and divides by the largest distance from it, so that
 * the cloud exactly fits the unit sphere. Draws nothing from the stream.
 *
 * <p>Refuses a cloud whose coordinates are not finite or all of whose points are equal, with a
 * {@link DataException}: neither has a radius to divide by.
 */
public record UnitSphere() implements PointTransform {
  @Override
  public PointCloud apply(PointCloud cloud, Rng rng) {
    CloudCheck.requireUsable(cloud, 1, "Scaling a cloud to the unit sphere");
    float[] xyz = cloud.xyz();
    double[] mean = mean(cloud);
    double largest = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      double x = xyz[i] - mean[0];
      double y = xyz[i + 1] - mean[1];
      double z = xyz[i + 2] - mean[2];
      largest = Math.max(largest, x * x + y * y + z * z);
    }
    double radius = Math.sqrt(largest);
    float[] scaled = new float[xyz.length];
    for (int i = 0; i < xyz.length; i++) {
      scaled[i] = (float) ((xyz[i] - mean[i % 3]) / radius);
    }
    return new PointCloud(scaled, cloud.leftOut());
  }

  private static double[] mean(PointCloud cloud) {
    double[] mean = new double[3];
    for (int i = 0; i < cloud.xyz().length; i++) {
      mean[i % 3] += cloud.xyz()[i];
    }
    for (int axis = 0; axis < 3; axis++) {
      mean[axis] /= cloud.size();
    }
    return mean;
  }
}
