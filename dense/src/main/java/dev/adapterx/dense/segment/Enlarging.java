package dev.adapterx.dense.segment;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Bilinear enlarging of maps without corners aligned, {@code y = R x Cᵀ} with two matrices of two
 * numbers a row: sample {@code (i + ½) · n/N - ½}, as upsample_bilinear2d has it.
 *
 * @param rows R (H, h)
 * @param columns C (W, w)
 */
record Enlarging(Tensor rows, Tensor columns) {
  /** Of maps (…, h, w) to a height and width. */
  static Enlarging of(long h, long w, int height, int width) {
    return new Enlarging(matrix((int) h, height), matrix((int) w, width));
  }

  private static Tensor matrix(int from, int to) {
    float[] values = new float[from * to];
    float scale = (float) from / to;
    for (int i = 0; i < to; i++) {
      float at = Math.max(0, (i + 0.5f) * scale - 0.5f);
      int first = (int) at;
      int second = Math.min(from - 1, first + 1);
      values[i * from + first] += 1 - (at - first);
      values[i * from + second] += at - first;
    }
    return Tensors.of(values, to, from);
  }

  /** Scores (B, C, h, w) in the size of a mask. */
  static Tensor enlarged(Tensor scores, ClassMask target) {
    return torch.upsample_bilinear2d(scores, new long[] {target.height(), target.width()}, false);
  }

  /**
   * What a gradient (…, H, W) is at the map, {@code Rᵀ g C}: matrix products, a third of the time
   * that libtorch's own takes on a processor.
   */
  Tensor gradient(Tensor g) {
    return torch.matmul(rows.t(), torch.matmul(g, columns));
  }
}
