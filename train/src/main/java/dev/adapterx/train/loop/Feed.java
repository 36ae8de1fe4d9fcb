package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Workers;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A split on its way into a model: images that walk the backbone or, where that gives the same in
 * every epoch and memory allows, features that are known since the first.
 */
public final class Feed implements FeatureSource {
  private final AdaptedModel model;
  private final BatchLoader<?> loader;
  private final Workers workers;
  private final FeatureSource walk;
  private final boolean keeps;
  private final StopCheck stop;
  private @Nullable FeatureCache cache;

  /**
   * @param bytes memory for features that may be kept; the features are the same with any
   */
  public Feed(
      AdaptedModel model, BatchLoader<?> loader, Workers workers, long bytes, StopCheck stop) {
    this.model = model;
    this.loader = loader;
    this.workers = workers;
    boolean fixed = FeatureCache.suits(model, loader, Long.MAX_VALUE);
    this.walk = fixed ? FeatureSource.ALONE : FeatureSource.WALKING;
    this.keeps = FeatureCache.suits(model, loader, bytes);
    this.stop = stop;
  }

  /** Batches of one epoch, if no image is broken. */
  public int batches() {
    return loader.batches();
  }

  /** Lends the batches of an epoch. */
  public <T> T epoch(int epoch, Function<Iterable<Batch<?>>, T> use) {
    return rest(epoch, new EpochSums(), use);
  }

  /** Lends the batches of an epoch that are not done yet. */
  public <T> T rest(int epoch, EpochSums done, Function<Iterable<Batch<?>>, T> use) {
    if (keeps) {
      return use.apply(
          stop.over(() -> cache().epoch(epoch).stream().skip(done.steps()).iterator()));
    }
    try (Epoch batches = loader.rest(epoch, done.steps(), done.last())) {
      return use.apply(stop.over(batches));
    }
  }

  /** Filled by the first epoch, whose seconds it takes. */
  private FeatureCache cache() {
    FeatureCache filled = cache == null ? FeatureCache.of(model, loader, workers, stop) : cache;
    cache = filled;
    return filled;
  }

  @Override
  public Tensor features(AdaptedModel of, Batch<?> batch, int start, int count, Pass pass) {
    return cache == null
        ? walk.features(of, batch, start, count, pass)
        : cache.features(batch, start, count);
  }
}
