package dev.adapterx.train.loop;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Label;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.infer.Workers;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The features (N, F) of a split in fp32, for methods that do not change them: each sample passes
 * through the backbone once, and later epochs train the head alone. Takes 4·N·F bytes.
 *
 * <p>Each sample's forward pass is computed alone, so its features are the same bytes whichever
 * epoch comes first and whether or not they are cached. The batches of an epoch are those of the
 * loader, sample by sample, without values.
 */
public final class FeatureCache {
  private final BatchLoader<?> loader;
  private final float[] @Nullable [] rows; // by index in the data set; null: broken
  private final int width;

  private FeatureCache(BatchLoader<?> loader, int width) {
    this.loader = loader;
    this.rows = new float[loader.data().size()][];
    this.width = width;
  }

  /** Whether features do not change in training and fit the allowed memory. */
  public static boolean suits(AdaptedModel model, BatchLoader<?> loader, long bytes) {
    long needed = 4L * loader.data().size() * model.featureWidth();
    return model.hasFixedFeatures() && model.hasClassHead() && loader.repeats() && needed <= bytes;
  }

  /** Computes the features of the split. */
  static FeatureCache of(
      AdaptedModel model, BatchLoader<?> loader, Workers workers, StopCheck stop) {
    FeatureCache cache = new FeatureCache(loader, model.featureWidth());
    try (Epoch all = loader.inOrder()) {
      for (Batch<?> batch : stop.over(all)) {
        int[] next = {0};
        workers.inOrder(
            batch.size(),
            i -> row(model, batch, i),
            row -> cache.rows[batch.indices()[next[0]++]] = row);
      }
    }
    return cache;
  }

  private static float[] row(AdaptedModel model, Batch<?> batch, int i) {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.floats(FeatureSource.ALONE.features(model, batch, i, 1, Pass.evaluation()));
    }
  }

  /** The loader's batches of an epoch, without pixels. */
  List<Batch<?>> epoch(int epoch) {
    LoaderOptions options = loader.options();
    int[] whole = Arrays.stream(loader.order(epoch)).filter(i -> rows[i] != null).toArray();
    List<Batch<?>> batches = new ArrayList<>();
    for (int from = 0; from < whole.length; from += options.batchSize()) {
      int to = Math.min(from + options.batchSize(), whole.length);
      if (to - from == options.batchSize() || !options.dropLast()) {
        batches.add(batch(Arrays.copyOfRange(whole, from, to)));
      }
    }
    if (batches.isEmpty()) {
      throw new DataException(
          "Epoch %d has no batch: %d of %d samples are broken and the rest does not fill a batch of %d"
              .formatted(epoch, rows.length - whole.length, rows.length, options.batchSize()));
    }
    return batches;
  }

  private Batch<?> batch(int[] indices) {
    Dataset<?> data = loader.data();
    List<Label> labels = Arrays.stream(indices).mapToObj(i -> Label.of(data.label(i))).toList();
    return Batch.withoutValues(labels, indices);
  }

  /** Features (count, F) of a micro-batch. */
  Tensor features(Batch<?> batch, int start, int count) {
    float[] flat = new float[count * width];
    for (int i = 0; i < count; i++) {
      float[] row = Objects.requireNonNull(rows[batch.indices()[start + i]]);
      System.arraycopy(row, 0, flat, i * width, width);
    }
    return Tensors.of(flat, count, width);
  }
}
