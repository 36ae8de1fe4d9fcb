package dev.adapterx.train.input;

import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Subset;
import dev.adapterx.infer.Pieces;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;

/**
 * Training inputs for a tuner that wants to see some before it is trained: evenly spaced through
 * the split, in its order, without augmentation, one by one, so that what is kept of them is the
 * same bytes whatever the batch size and the number of threads.
 */
final class Examples {
  private Examples() {}

  /** Shows a model what it asks for; nothing where it asks for nothing or has seen it. */
  static <S> void show(AdaptedModel model, TrainingData<S> task) {
    if (model.isPrepared()) {
      return;
    }
    BatchLoader<S> train = task.train();
    each(
        task.modality(),
        train.data(),
        train.options(),
        model.examples(),
        model.backbone(),
        model::prepare);
  }

  /**
   * Hands over evenly spaced samples of a split, as evaluation prepares them.
   *
   * @param most how many
   * @param to sees each alone, as (1, …)
   */
  static <S> void each(
      Modality<S> modality,
      Dataset<S> data,
      LoaderOptions options,
      int most,
      Backbone backbone,
      Consumer<Iterable<Tensor>> to) {
    int count = Math.min(most, data.size());
    int[] chosen =
        IntStream.range(0, count).map(i -> (int) ((long) i * data.size() / count)).toArray();
    LoaderOptions plain = options.withShuffle(false).withDropLast(false).withCacheBytes(0);
    try (BatchLoader<S> loader =
            new BatchLoader<>(new Subset<>(data, chosen), modality.examples(), plain);
        Epoch batches = loader.inOrder()) {
      to.accept(() -> inputs(batches, backbone));
    }
  }

  private static Iterator<Tensor> inputs(Epoch batches, Backbone backbone) {
    return StreamSupport.stream(batches.spliterator(), false)
        .flatMap(batch -> IntStream.range(0, batch.size()).mapToObj(i -> new One(batch, i)))
        .map(one -> Pieces.inputs(one.batch, one.index, 1, backbone))
        .iterator();
  }

  /** A sample of a batch. */
  private record One(Batch<?> batch, int index) {}
}
