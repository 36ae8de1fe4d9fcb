package dev.adapterx.peft.kit;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Euclidean distances among the rows of a batch of matrices. */
public final class Distances {
  private Distances() {}

  /**
   * x (B, M, D) to (B, M, M).
   *
   * @param mode whether libtorch may use a matrix product: absent, above 25 rows; 2, never, so that
   *     equal rows have a distance of exactly 0
   */
  public static Tensor among(Tensor x, LongOptional mode) {
    return x.is_meta() // not supported there: uses explicit differences
        ? x.unsqueeze(2).sub(x.unsqueeze(1)).square().sum(3).sqrt()
        : torch.cdist(x, x, 2, mode);
  }
}
