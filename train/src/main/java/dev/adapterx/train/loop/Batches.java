package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.PointPreprocessing;
import dev.adapterx.model.Preprocessing;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Pieces of a batch of plain arrays as tensors. */
public final class Batches {
  /** Samples a processor computes at once: few enough to stay in its cache. */
  private static final int PIECE = 8;

  /** From this width on half of them do. */
  private static final int WIDE = 384;

  /** One of how many tensor elements is much to train. */
  private static final long MUCH = 8;

  private Batches() {}

  /**
   * Samples computed at once where nothing else is said: a device of its own takes a batch whole.
   */
  public static int piece(Backbone backbone, int batch) {
    if (!backbone.device().isHost()) {
      return batch;
    }
    return backbone.width() < WIDE ? PIECE : PIECE / 2;
  }

  /** The same in training: gradients of much are added up for each piece, so there are fewer. */
  public static int piece(Objective objective, int batch) {
    Backbone backbone = objective.backbone();
    boolean isMuch = MUCH * objective.trainable().elements() > backbone.tensors().elements();
    return backbone.device().isHost() && isMuch ? PIECE : piece(backbone, batch);
  }

  /**
   * Whether a cloud's points (N, 3) are fewer numbers than its groups (G, K + 1, 3), and the two
   * can be told apart.
   */
  public static boolean isFewerAsPoints(PointPreprocessing input) {
    return input.points() < input.groups() * (input.neighbours() + 1L);
  }

  /** Inputs (count, …) as a backbone takes them: prepared, or points that it groups itself. */
  public static Tensor inputs(Batch<?> batch, int start, int count, Backbone backbone) {
    long[] sample = sample(backbone.preprocessing(), batch.values()[start].length);
    long[] shape = new long[sample.length + 1];
    shape[0] = count;
    System.arraycopy(sample, 0, shape, 1, sample.length);
    return Tensors.of(batch.values(), start, count, shape);
  }

  private static long[] sample(Preprocessing preprocessing, int values) {
    return preprocessing instanceof PointPreprocessing input
            && isFewerAsPoints(input)
            && values == 3L * input.points()
        ? new long[] {input.points(), 3}
        : preprocessing.inputShape();
  }
}
