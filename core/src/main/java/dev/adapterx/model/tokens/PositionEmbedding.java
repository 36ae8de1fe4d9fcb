package dev.adapterx.model.tokens;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Resizes a grid of position embeddings, for inputs of another size than in training: separable
 * cubic convolution with a = -0.5 whose support widens when shrinking (antialias), sample centres
 * at half pixels; what timm does.
 */
public final class PositionEmbedding {
  private static final double A = -0.5;
  private static final double PLAIN_A = -0.75;

  private PositionEmbedding() {}

  /** Which of the two cubics that libraries use. */
  public enum Cubic {
    /** timm's, and of transformers' models Dinov2WithRegisters'. */
    ANTIALIAS,
    /**
     * transformers' other models: a = -0.75 over four cells at every scale, cells beyond the border
     * are those at it.
     */
    PLAIN
  }

  /** (old·old, D) to (grid·grid, D), both row by row. */
  public static float[] resized(float[] embedding, int old, int grid, int width, Cubic cubic) {
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

  /**
   * The same for a grid that need not be square, by matrix products, so that positions may be
   * trained through it: {@code W_h P W_wᵀ} with timm's antialiased cubic along each side.
   *
   * @param embedding (1, c + old·old, D), of which the first c are no cells and stay
   * @return (1, c + h·w, D) in fp32
   */
  public static Tensor resized(Tensor embedding, long covered, int old, Grid.Cells grid) {
    long width = embedding.size(2);
    Tensor all = Tensors.fp32(embedding).squeeze(0);
    Tensor cells = all.narrow(0, covered, (long) old * old);
    Tensor rows = matrix(all, old, grid.height()).mm(cells.reshape(old, old * width)); // (h, ·)
    Tensor columns = rows.view(grid.height(), old, width).transpose(0, 1).reshape(old, -1);
    Tensor both = matrix(all, old, grid.width()).mm(columns).view(grid.width(), -1, width);
    Tensor resized = both.transpose(0, 1).reshape(-1, width); // (h·w, D)
    return Tensors.cat(0, all.narrow(0, 0, covered), resized).unsqueeze(0);
  }

  private static Tensor matrix(Tensor beside, int old, int grid) {
    double[][] weights = weights(old, grid);
    float[] flat = new float[grid * old];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) weights[i / old][i % old];
    }
    return Tensors.beside(beside, Tensors.of(flat, grid, old));
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
