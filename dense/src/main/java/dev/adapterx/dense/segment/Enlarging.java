package dev.adapterx.dense.segment;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.tensor.Bilinear;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Bilinear enlarging of maps, {@code y = R x Cᵀ} with two matrices of {@link Bilinear}.
 *
 * @param rows R (H, h)
 * @param columns C (W, w)
 */
record Enlarging(Tensor rows, Tensor columns) {
  /** Of maps (…, h, w) to a height and width. */
  static Enlarging of(long h, long w, int height, int width) {
    return new Enlarging(
        Tensors.of(Bilinear.matrix((int) h, height), height, h),
        Tensors.of(Bilinear.matrix((int) w, width), width, w));
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
