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
 * A split as a model's input: samples that pass through the backbone or, where that gives the same
 * features in every epoch and memory allows, features cached in the first epoch.
 */
public final class Feed implements FeatureSource {
  private final AdaptedModel model;
  private final BatchLoader<?> loader;
  private final Workers workers;
  private final FeatureSource source;
  private final boolean keeps;
  private final StopCheck stop;
  private @Nullable FeatureCache cache;

  /**
   * @param bytes memory for cached features; the features do not depend on it
   */
  public Feed(
      AdaptedModel model, BatchLoader<?> loader, Workers workers, long bytes, StopCheck stop) {
    this.model = model;
    this.loader = loader;
    this.workers = workers;
    boolean fixed = FeatureCache.suits(model, loader, Long.MAX_VALUE);
    this.source = fixed ? FeatureSource.ALONE : FeatureSource.BACKBONE;
    this.keeps = FeatureCache.suits(model, loader, bytes);
    this.stop = stop;
  }

  /** Batches of one epoch, if no sample is broken. */
  public int batches() {
    return loader.batches();
  }

  /** Runs {@code use} with the batches of an epoch. */
  public <T> T epoch(int epoch, Function<Iterable<Batch<?>>, T> use) {
    return rest(epoch, new EpochSums(), use);
  }

  /** Runs {@code use} with the remaining batches of an epoch. */
  public <T> T rest(int epoch, EpochSums done, Function<Iterable<Batch<?>>, T> use) {
    if (keeps) {
      return use.apply(
          stop.over(() -> cache().epoch(epoch).stream().skip(done.steps()).iterator()));
    }
    try (Epoch batches = loader.rest(epoch, done.steps(), done.last())) {
      return use.apply(stop.over(batches));
    }
  }

  /** The cache, filled in the first epoch, whose time includes it. */
  private FeatureCache cache() {
    FeatureCache filled = cache == null ? FeatureCache.of(model, loader, workers, stop) : cache;
    cache = filled;
    return filled;
  }

  @Override
  public Tensor features(AdaptedModel of, Batch<?> batch, int start, int count, Pass pass) {
    return cache == null
        ? source.features(of, batch, start, count, pass)
        : cache.features(batch, start, count);
  }
}
