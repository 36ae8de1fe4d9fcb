package dev.adapterx.nn;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Tensors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Dropout's factors: 0, or 1/keep with probability keep. Sixteen random bits decide each, so the
 * rate is exact to 1/65536.
 */
final class DropoutMask {
  private final Rng rng;
  private final int threshold;
  private final float[] factors;
  private final float open;
  private long left;
  private int drawn;

  private DropoutMask(Rng rng, double keep, int count) {
    this.rng = rng;
    this.threshold = (int) Math.round(keep * 65536);
    this.factors = new float[count];
    this.open = (float) (1 / keep);
  }

  /** Factors of a shape, drawn in row-major order, with the dtype of {@code model}. */
  static Tensor of(Rng rng, double keep, Tensor model, long... shape) {
    if (!model.is_cpu()) {
      return DeviceMask.of(rng, keep, model, shape);
    }
    int count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, Math.toIntExact(size));
    }
    DropoutMask mask = new DropoutMask(rng, keep, count);
    mask.draw(0, count);
    return mask.tensor(model, shape);
  }

  /**
   * Rows drawn in order and scattered to other positions.
   *
   * @param to target position of each row
   * @param places number of positions
   */
  static Tensor rows(Rng rng, double keep, Tensor model, long[] to, int places, int columns) {
    DropoutMask mask = new DropoutMask(rng, keep, Math.multiplyExact(places, columns));
    IntStream.range(0, to.length).forEach(t -> mask.draw((int) to[t] * columns, columns));
    return mask.tensor(model, places, columns);
  }

  private void draw(int from, int count) {
    for (int i = from; i < from + count; i++) {
      left = (drawn++ & 3) == 0 ? rng.nextLong() : left >>> 16;
      factors[i] = (left & 0xFFFF) < threshold ? open : 0;
    }
  }

  private Tensor tensor(Tensor model, long... shape) {
    return Tensors.like(Tensors.of(factors, shape), model);
  }
}
