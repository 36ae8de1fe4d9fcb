package dev.adapterx.dense.segment;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.tensor.Bilinear;
import dev.adapterx.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
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
   * What a gradient (1, C, H, W) is at the map, {@code Rᵀ g C}: the rows by the two numbers that
   * each row of R has, the columns by a matrix product. A quarter of the time that two products
   * take, and they a third of libtorch's own, on a processor.
   *
   * @param g of fp32, in the processor's memory
   */
  Tensor gradient(Tensor g) {
    int planes = Math.toIntExact(g.size(1));
    int h = Math.toIntExact(rows.size(1));
    int width = Math.toIntExact(columns.size(0));
    float[] matrix = Tensors.floats(rows);
    float[] sums = new float[Math.multiplyExact(Math.multiplyExact(planes, h), width)];
    Tensor plain = g.contiguous();
    for (int c = 0; c < planes; c++) {
      FloatBuffer plane = Tensors.bytes(plain.select(1, c)).asFloatBuffer();
      gather(plane, matrix, h, width, sums, c * h * width);
    }
    return torch.matmul(Tensors.of(sums, 1, planes, h, width), columns);
  }

  /**
   * Rᵀ times a plane (H, W). A row's two numbers are at k and k + 1, which rise from row to row, so
   * two sums are kept, in arrays as long as a row: only of equal indices does the compiler know
   * that they may be added many at a time.
   */
  private static void gather(
      FloatBuffer plane, float[] matrix, int h, int width, float[] sums, int start) {
    float[] row = new float[width];
    float[] low = new float[width];
    float[] high = new float[width];
    int at = 0;
    for (int y = 0; plane.hasRemaining(); y++) {
      plane.get(row);
      int k = first(matrix, y * h);
      for (; at < k; at++) {
        System.arraycopy(low, 0, sums, start + at * width, width);
        float[] done = low;
        low = high;
        high = done;
        Arrays.fill(high, 0);
      }
      add(row, matrix[y * h + k], low);
      if (k + 1 < h) {
        add(row, matrix[y * h + k + 1], high);
      }
    }
    System.arraycopy(low, 0, sums, start + at * width, width);
    if (at + 1 < h) {
      System.arraycopy(high, 0, sums, start + (at + 1) * width, width);
    }
  }

  /** The first column that is not 0. */
  private static int first(float[] matrix, int start) {
    int k = 0;
    while (matrix[start + k] == 0) {
      k++;
    }
    return k;
  }

  private static void add(float[] row, float factor, float[] sum) {
    for (int x = 0; x < row.length; x++) {
      sum[x] += factor * row[x];
    }
  }
}
