package dev.adapterx.data;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decoded samples within a memory budget. The first samples are kept: every epoch reads every
 * sample once, so evicting old ones (LRU) would lose each just before it is needed again.
 */
final class SampleCache<S> {
  /** Approximate size of the headers of the record and its array. */
  private static final int OVERHEAD = 64;

  private final AtomicReferenceArray<@Nullable S> samples;
  private final long budget;
  private final ToLongFunction<S> memory;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong hits = new AtomicLong();

  SampleCache(int size, long budget, ToLongFunction<S> memory) {
    this.samples = new AtomicReferenceArray<>(budget > 0 ? size : 0);
    this.budget = budget;
    this.memory = memory;
  }

  @Nullable S find(int index) {
    S sample = budget > 0 ? samples.get(index) : null;
    if (sample != null) {
      hits.incrementAndGet();
    }
    return sample;
  }

  void offer(int index, S sample) {
    long cost = memory.applyAsLong(sample) + OVERHEAD;
    if (budget == 0 || !reserve(cost)) {
      return;
    }
    if (samples.compareAndSet(index, null, sample)) {
      count.incrementAndGet();
    } else {
      bytes.addAndGet(-cost);
    }
  }

  private boolean reserve(long cost) {
    long held = bytes.get();
    while (held + cost <= budget) {
      if (bytes.compareAndSet(held, held + cost)) {
        return true;
      }
      held = bytes.get();
    }
    return false;
  }

  long hits() {
    return hits.get();
  }

  int count() {
    return count.get();
  }

  long bytes() {
    return bytes.get();
  }
}
