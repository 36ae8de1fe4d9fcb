package dev.adapterx.model;

/**
 * Resizes a grid of position embeddings, so that a model takes inputs of another size than it was
 * trained on: separable cubic convolution with a = -0.5 whose support widens when shrinking
 * (antialias), sample centres at half pixels; what timm does.
 */
final class PositionEmbedding {
  private static final double A = -0.5;
  private static final double PLAIN_A = -0.75;

  private PositionEmbedding() {}

  /** Which of the two cubics that libraries use. */
  enum Cubic {
    /** timm's, and of transformers' models Dinov2WithRegisters'. */
    ANTIALIAS,
    /**
     * transformers' other models: a = -0.75 over four cells whatever the scale, cells beyond the
     * border are those at it.
     */
    PLAIN
  }

  /** (old·old, D) to (grid·grid, D), both row by row. */
  static float[] resized(float[] embedding, int old, int grid, int width, Cubic cubic) {
    double[][] weights = cubic == Cubic.PLAIN ? plain(old, grid) : weights(old, grid);
    float[] rows = new float[grid * old * width]; // (grid, old, D)
    for (int y = 0; y < grid; y++) {
      for (int k = 0; k < old; k++) {
        accumulate(embedding, k * old * width, rows, y * old * width, old * width, weights[y][k]);
      }
    }
    float[] both = new float[grid * grid * width];
    for (int y = 0; y < grid; y++) {
      for (int x = 0; x < grid; x++) {
        for (int k = 0; k < old; k++) {
          accumulate(
              rows, (y * old + k) * width, both, (y * grid + x) * width, width, weights[x][k]);
        }
      }
    }
    return both;
  }

  private static void accumulate(
      float[] from, int start, float[] into, int at, int count, double weight) {
    if (weight != 0) {
      for (int i = 0; i < count; i++) {
        into[at + i] += (float) (weight * from[start + i]);
      }
    }
  }

  /** weights[i][k]: share of old cell k in new cell i. */
  private static double[][] weights(int old, int grid) {
    double scale = (double) old / grid;
    double widened = Math.max(scale, 1);
    double[][] weights = new double[grid][old];
    for (int i = 0; i < grid; i++) {
      double centre = scale * (i + 0.5);
      int first = (int) Math.max(0, Math.floor(centre - 2 * widened + 0.5));
      int end = (int) Math.min(old, Math.floor(centre + 2 * widened + 0.5));
      double sum = 0;
      for (int k = first; k < end; k++) {
        weights[i][k] = cubic((k - centre + 0.5) / widened, A);
        sum += weights[i][k];
      }
      for (int k = first; k < end; k++) {
        weights[i][k] /= sum;
      }
    }
    return weights;
  }

  private static double[][] plain(int old, int grid) {
    double[][] weights = new double[grid][old];
    for (int i = 0; i < grid; i++) {
      double centre = (double) old / grid * (i + 0.5) - 0.5;
      int cell = (int) Math.floor(centre);
      for (int k = cell - 1; k <= cell + 2; k++) {
        weights[i][Math.min(old - 1, Math.max(0, k))] += cubic(k - centre, PLAIN_A);
      }
    }
    return weights;
  }

  private static double cubic(double distance, double a) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }
}
