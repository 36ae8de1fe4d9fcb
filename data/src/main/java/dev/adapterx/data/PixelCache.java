package dev.adapterx.data;

import dev.adapterx.data.image.RgbImage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Decoded images within a memory budget. First come, kept: every epoch asks for every image once,
 * so throwing old ones out (LRU) would lose each just before it is needed again.
 */
final class PixelCache {
  /** Headers of the record and its array, roughly. */
  private static final int OVERHEAD = 64;

  private final AtomicReferenceArray<@Nullable RgbImage> images;
  private final long budget;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong hits = new AtomicLong();

  PixelCache(int size, long budget) {
    this.images = new AtomicReferenceArray<>(budget > 0 ? size : 0);
    this.budget = budget;
  }

  @Nullable RgbImage find(int index) {
    RgbImage image = budget > 0 ? images.get(index) : null;
    if (image != null) {
      hits.incrementAndGet();
    }
    return image;
  }

  void offer(int index, RgbImage image) {
    long cost = image.pixels().length + (long) OVERHEAD;
    if (budget == 0 || !reserve(cost)) {
      return;
    }
    if (images.compareAndSet(index, null, image)) {
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
