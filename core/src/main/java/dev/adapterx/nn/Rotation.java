package dev.adapterx.nn;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Rotary positions of an image's patches as in DINOv3 (Siméoni et al., DINOv3, 2025, <a
 * href="https://arxiv.org/abs/2508.10104">paper</a>; Su et al., RoFormer, 2021, <a
 * href="https://arxiv.org/abs/2104.09864">paper</a>): queries and keys of the patches are rotated
 * by angles that depend on their position, so that a score depends on the offset between two
 * patches. Other tokens are unchanged.
 *
 * <pre>
 *   y_i = 2 (i + ½)/h − 1,  x_j = 2 (j + ½)/w − 1          cells' centres in [−1, 1]
 *   ω_m = θ^(−4m/d),  m = 0 … d/4 − 1
 *   angles = 2π (y ω, x ω, y ω, x ω)                       d of each cell
 *   u ↦ u cos + (−u₂, u₁) sin                              u₁, u₂ the halves of u
 * </pre>
 *
 * @param cos (G, d) in fp32
 * @param sin (G, d) in fp32
 */
public record Rotation(Tensor cos, Tensor sin) {
  /**
   * The rotation for a grid of cells.
   *
   * @param height h
   * @param width w
   * @param d channels of a head, a multiple of 4
   * @param theta θ
   * @param beside a tensor on the device to use
   */
  public static Rotation of(int height, int width, int d, double theta, Tensor beside) {
    int quarter = d / 4;
    float[] cos = new float[height * width * d];
    float[] sin = new float[cos.length];
    for (int cell = 0; cell < height * width; cell++) {
      int row = cell / width;
      int column = cell % width;
      double[] centre = {2 * (row + 0.5) / height - 1, 2 * (column + 0.5) / width - 1};
      for (int c = 0; c < d; c++) {
        int pair = c % (d / 2);
        double omega = Math.pow(theta, -4.0 * (pair % quarter) / d);
        double angle = 2 * Math.PI * centre[pair / quarter] * omega;
        cos[cell * d + c] = (float) Math.cos(angle);
        sin[cell * d + c] = (float) Math.sin(angle);
      }
    }
    long cells = (long) height * width;
    return new Rotation(
        Tensors.beside(beside, Tensors.of(cos, cells, d)),
        Tensors.beside(beside, Tensors.of(sin, cells, d)));
  }

  /**
   * Rotates the patches in x, which are the last G of all tokens.
   *
   * @param x (B·H, M, d), the first M tokens
   * @param tokens N, the number of all tokens
   * @return (B·H, M, d)
   */
  public Tensor turned(Tensor x, long tokens) {
    long before = tokens - cos.size(0);
    long patches = x.size(1) - before;
    if (patches <= 0) {
      return x;
    }
    Tensor u = x.narrow(1, before, patches);
    long half = x.size(2) / 2;
    Tensor turned = Tensors.cat(2, u.narrow(2, half, half).neg(), u.narrow(2, 0, half));
    Tensor placed =
        u.mul(Tensors.like(cos.narrow(0, 0, patches), x))
            .add(turned.mul(Tensors.like(sin.narrow(0, 0, patches), x)));
    return before == 0 ? placed : Tensors.cat(1, x.narrow(1, 0, before), placed);
  }
}
