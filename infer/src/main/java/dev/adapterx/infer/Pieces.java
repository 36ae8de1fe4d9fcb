package dev.adapterx.infer;

import dev.adapterx.data.Batch;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Pieces of a batch of plain arrays: how large they are, how they become tensors. */
public final class Pieces {
  /** Samples that a processor computes at once: few enough to stay in its cache. */
  public static final int SAMPLES = 8;

  /** From this width on half of them do. */
  private static final int WIDE = 384;

  /** Larger pictures have as many more tokens, and pieces that many fewer samples. */
  private static final int USUAL_SIDE = 320;

  /** A single sample has no variance, which a head's batch norm divides by. */
  private static final int SMALLEST = 2;

  /** Computes a piece. */
  @FunctionalInterface
  public interface Work<R> {
    /** Of the samples from {@code start} on. */
    R of(int start, int count);
  }

  private Pieces() {}

  /** The default micro-batch: an accelerator computes a whole batch at once. */
  public static int size(Backbone backbone, int batch) {
    return size(backbone, batch, backbone.width() < WIDE ? SAMPLES : SAMPLES / 2);
  }

  /** The default micro-batch where gradients of much of the backbone are summed for each. */
  public static int sizeOfLargeGradients(Backbone backbone, int batch) {
    return size(backbone, batch, SAMPLES);
  }

  private static int size(Backbone backbone, int batch, int usual) {
    if (!backbone.device().isHost()) {
      return batch;
    }
    if (backbone.preprocessing() instanceof ImagePreprocessing images) {
      double share = (double) USUAL_SIDE * USUAL_SIDE / images.inputSize() / images.inputSize();
      return Math.max(SMALLEST, Math.min(usual, Integer.highestOneBit((int) (usual * share))));
    }
    return usual;
  }

  /** How many pieces of that size a batch is cut into; the last may be smaller. */
  public static int count(int batch, int size) {
    return (batch + size - 1) / size;
  }

  /**
   * Computes a batch piece by piece, side by side, and hands the results over in order.
   *
   * @param size samples of a piece
   */
  public static <R> void inOrder(
      Workers workers, int batch, int size, Work<R> work, Consumer<R> results) {
    workers.inOrder(
        count(batch, size), i -> work.of(i * size, Math.min(size, batch - i * size)), results);
  }

  /**
   * Whether a cloud's points (N, 3) are fewer numbers than its groups (G, K + 1, 3), and the two
   * can be told apart.
   */
  public static boolean isFewerAsPoints(PointPreprocessing input) {
    return input.points() < input.groups() * (input.neighbours() + 1L);
  }

  /** Inputs (count, …) of a batch as a backbone takes them; see the other. */
  public static Tensor inputs(Batch<?> batch, int start, int count, Backbone backbone) {
    return batch.views().isEmpty()
        ? inputs(batch.values(), start, count, backbone)
        : inputs(
            batch.views().subList(start, start + count).stream()
                .map(views -> views.written(0, views.count()))
                .toArray(float[][]::new),
            0,
            count,
            backbone);
  }

  /**
   * Inputs (count, …) as a backbone takes them: prepared, or points that it groups itself. Samples
   * that are seen in several views, one after the other, have as many rows of the inputs.
   *
   * @param values a row for each sample of the batch
   */
  public static Tensor inputs(float[][] values, int start, int count, Backbone backbone) {
    long[] sample = sample(backbone.preprocessing(), values[start].length);
    long[] shape = new long[sample.length + 1];
    long each = Arrays.stream(sample).reduce(1, Math::multiplyExact);
    for (int i = start; i < start + count; i++) {
      shape[0] += values[i].length / each;
    }
    System.arraycopy(sample, 0, shape, 1, sample.length);
    return Tensors.of(values, start, count, shape);
  }

  private static long[] sample(Preprocessing preprocessing, int values) {
    if (preprocessing instanceof PointPreprocessing input
        && values % (3L * input.askedRows()) == 0) {
      return new long[] {input.askedRows(), 3};
    }
    return preprocessing instanceof PointPreprocessing input
            && isFewerAsPoints(input)
            && values == 3L * input.points()
        ? new long[] {input.points(), 3}
        : preprocessing.inputShape();
  }
}
