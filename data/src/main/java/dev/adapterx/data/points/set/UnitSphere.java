package dev.adapterx.data.points.set;

/** Centring and scaling as ModelNet's readers do it: p ← (p − mean) / max |p − mean|. */
final class UnitSphere {
  private UnitSphere() {}

  /** Changes the points in place; those of a cloud that is one single point become 0. */
  static void fit(float[] xyz) {
    int points = xyz.length / 3;
    double[] mean = new double[3];
    for (int i = 0; i < xyz.length; i++) {
      mean[i % 3] += xyz[i] / (double) points;
    }
    double radius = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      double x = xyz[i] - mean[0];
      double y = xyz[i + 1] - mean[1];
      double z = xyz[i + 2] - mean[2];
      radius = Math.max(radius, Math.sqrt(x * x + y * y + z * z));
    }
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = radius == 0 ? 0 : (float) ((xyz[i] - mean[i % 3]) / radius);
    }
  }
}
