package dev.adapterx.tensor;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Which scores of a map are the largest. libtorch's argmax compares one element at a time where the
 * scores of a cell are not adjacent, which took a sixth of a training step of a segmentation; these
 * compare whole maps. Call inside a scope.
 */
public final class Largest {
  private Largest() {}

  /**
   * The index of the largest along a dimension, which disappears; the first of equals, as argmax
   * has it; on a processor NaN is never the largest, unless it is the first.
   *
   * @param scores without gradients, fewer than 32,768 along the dimension
   * @return int64
   */
  public static Tensor index(Tensor scores, long dimension) {
    if (!scores.is_cpu() || scores.stride(dimension) == 1) {
      return scores.argmax(new LongOptional(dimension), false);
    }
    return Scope.within(
        () -> {
          Tensor best = scores.select(dimension, 0);
          Tensor index = torch.zeros_like(best).to(ScalarType.Short);
          for (int i = 1; i < scores.size(dimension); i++) {
            Tensor other = scores.select(dimension, i);
            index.masked_fill_(other.gt(best), new Scalar(i));
            best = torch.maximum(best, other);
          }
          return index.to(ScalarType.Long);
        });
  }

  /**
   * Whether the score of a label is the largest along a dimension, which disappears. A score as
   * large as another one is; where all scores are equal, none is.
   *
   * @param scores without gradients
   * @param labels int64; of negative ones no score is the largest
   * @return of booleans
   */
  public static Tensor isAt(Tensor scores, Tensor labels, long dimension) {
    long[] along = {dimension};
    Tensor most = scores.amax(along, true);
    Tensor own = scores.gather(dimension, labels.clamp_min(new Scalar(0)).unsqueeze(dimension));
    return own.ge(most)
        .logical_and(most.gt(scores.amin(along, true)))
        .squeeze(dimension)
        .logical_and(labels.ge(new Scalar(0)));
  }
}
