package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads and transforms single samples. Thread-safe. */
final class SampleReader<S> {
  /** A finished sample's values, or the views that make them, and target; or the error. */
  @SuppressWarnings("ArrayRecordComponent") // on their way into a batch; never compared
  record Finished(
      int index,
      float @Nullable [] values,
      @Nullable Views views,
      @Nullable Object target,
      @Nullable BrokenSample broken) {}

  private final Dataset<S> data;
  private final Pipeline<S> pipeline;
  private final SampleCache<S> cache;
  private final Rng fixed;
  private final Rng drawn;
  private final Map<Integer, BrokenSample> broken;
  private final DecodingMemory memory;
  private final AtomicLong decoded;
  private final AtomicLong nanos;

  SampleReader(Dataset<S> data, Pipeline<S> pipeline, LoaderOptions options) {
    this.data = data;
    this.pipeline = pipeline;
    this.cache = new SampleCache<>(data.size(), options.cacheBytes(), pipeline::bytes);
    this.fixed = Rng.of(options.seed(), "geometry");
    this.drawn = Rng.of(options.seed(), "augment");
    this.broken = new ConcurrentHashMap<>();
    this.memory = DecodingMemory.ofHeap();
    this.decoded = new AtomicLong();
    this.nanos = new AtomicLong();
  }

  private SampleReader(SampleReader<S> other, SampleCache<S> cache) {
    this.data = other.data;
    this.pipeline = other.pipeline;
    this.cache = cache;
    this.fixed = other.fixed;
    this.drawn = other.drawn;
    this.broken = other.broken;
    this.memory = other.memory;
    this.decoded = other.decoded;
    this.nanos = other.nanos;
  }

  /** A reader of the same data with the same known broken samples, but without a cache. */
  SampleReader<S> withoutCache() {
    return new SampleReader<>(this, new SampleCache<>(data.size(), 0, pipeline::bytes));
  }

  /** Reads sample {@code index} with the augmentation of epoch {@code epoch}. */
  Finished read(int index, int epoch) {
    long started = System.nanoTime();
    try {
      return prepared(index, epoch);
    } finally {
      nanos.addAndGet(System.nanoTime() - started);
    }
  }

  private Finished prepared(int index, int epoch) {
    S sample = cache.find(index);
    if (sample != null) {
      return finished(index, epoch, sample);
    }
    BrokenSample known = broken.get(index);
    if (known != null) {
      return new Finished(index, null, null, null, known);
    }
    @Nullable Finished sound = memory.within(data.memory(index), () -> decoded(index, epoch));
    if (sound == null) { // the heap was full
      sound = memory.alone(() -> decoded(index, epoch));
    }
    if (sound != null) {
      return sound;
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (data.memory(index) <= heap / 2) { // the others fill the heap, not this sample
      throw new OutOfMemoryError("Java heap space");
    }
    return broken(
        index,
        "it does not fit into the heap of " + (heap >> 20) + " MiB; give Java more with -Xmx");
  }

  /** Null if the heap is full, possibly only for a moment. */
  private @Nullable Finished decoded(int index, int epoch) {
    try {
      S sample;
      try {
        sample = data.sample(index);
      } catch (RuntimeException e) { // decoders throw anything on hostile bytes
        return e.getCause() instanceof OutOfMemoryError ? null : broken(index, reason(e));
      }
      try {
        sample = transformed(index, sample, pipeline.geometry(), fixed.at(index));
      } catch (DataException e) {
        if (e.getCause() instanceof DataException) { // the sample's fault, not the transform's
          return broken(index, reason(e));
        }
        throw e;
      }
      decoded.incrementAndGet();
      cache.offer(index, sample);
      return finished(index, epoch, sample);
    } catch (OutOfMemoryError e) {
      return null;
    }
  }

  private Finished broken(int index, String reason) {
    return new Finished(
        index, null, null, null, new BrokenSample(index, data.where(index), reason));
  }

  private Finished finished(int index, int epoch, S prepared) {
    S sample = prepared;
    Transform<S> augment = pipeline.augment();
    if (augment != null) {
      sample = transformed(index, sample, augment, drawn.at(epoch).at(index));
    }
    pipeline.requireFinished(sample, data.where(index));
    Object target = pipeline.target(sample, data.label(index));
    if (pipeline.hasViews()) {
      return new Finished(index, new float[0], pipeline.views(sample), target, null);
    }
    float[] values = new float[pipeline.values(sample)];
    pipeline.write(sample, values, 0);
    return new Finished(index, values, null, target, null);
  }

  /** Called in the order of the samples, so that the result does not depend on the threads. */
  void remember(BrokenSample image) {
    broken.put(image.index(), image);
  }

  Map<Integer, BrokenSample> broken() {
    return broken;
  }

  LoaderStatistics statistics(long budget) {
    return new LoaderStatistics(
        decoded.get(),
        cache.hits(),
        cache.count(),
        cache.bytes(),
        budget,
        broken.size(),
        nanos.get() / 1e9);
  }

  private S transformed(int index, S sample, Transform<S> transform, Rng rng) {
    try {
      return transform.apply(sample, rng);
    } catch (RuntimeException e) {
      throw new DataException(
          "Could not transform "
              + data.where(index)
              + " ("
              + pipeline.size(sample)
              + "): "
              + reason(e),
          e);
    }
  }

  private static String reason(RuntimeException e) {
    boolean ours = e instanceof DataException && e.getMessage() != null;
    return ours ? String.valueOf(e.getMessage()) : e.toString();
  }
}
