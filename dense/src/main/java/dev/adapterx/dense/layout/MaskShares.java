package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.ClassMask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * How many pixels the classes of a split have. Masks that cannot be read are left out.
 *
 * @param pixels of each class; not copied
 * @param ignored pixels without a class
 */
@SuppressWarnings("ArrayRecordComponent") // counts; compared nowhere
public record MaskShares(long[] pixels, long ignored) {
  /** Counts; masks are read side by side. */
  public static MaskShares of(MaskDataset data) {
    AtomicLongArray counts = new AtomicLongArray(data.classes().size());
    AtomicLong ignored = new AtomicLong();
    IntStream.range(0, data.size())
        .parallel()
        .forEach(
            i -> {
              long[] own = counted(data, i);
              for (int c = 0; c < own.length - 1; c++) {
                counts.addAndGet(c, own[c]);
              }
              ignored.addAndGet(own[own.length - 1]);
            });
    long[] pixels = IntStream.range(0, counts.length()).mapToLong(counts::get).toArray();
    return new MaskShares(pixels, ignored.get());
  }

  private static long[] counted(MaskDataset data, int i) {
    int classes = data.classes().size();
    long[] own = new long[classes + 1];
    try {
      for (short found : data.mask(i).classes()) {
        own[found == ClassMask.IGNORED ? classes : found]++;
      }
    } catch (DataException e) {
      return new long[classes + 1]; // a broken sample, which its reader names
    }
    return own;
  }

  /** {@code (largest share / share)^⅓} of each class; 1 of one without a pixel. */
  public List<Double> weights() {
    long largest = 0;
    for (long p : pixels) {
      largest = Math.max(largest, p);
    }
    List<Double> weights = new ArrayList<>();
    for (long p : pixels) {
      weights.add(p == 0 ? 1.0 : Math.cbrt((double) largest / p));
    }
    return weights;
  }
}
