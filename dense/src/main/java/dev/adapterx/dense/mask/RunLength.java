package dev.adapterx.dense.mask;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.ClassMask;
import java.util.Arrays;

/**
 * The pixels of one object as COCO writes them: lengths of runs down the columns, left column
 * first, in turn outside and inside, beginning outside (0 where the first pixel is inside).
 *
 * <p>Equal to {@code pycocotools.mask} byte for byte, runs of length 0 included.
 *
 * @param counts lengths of the runs; their sum is height × width
 */
@SuppressWarnings("ArrayRecordComponent")
public record RunLength(int height, int width, int[] counts) {
  /** More pixels than any picture that is decoded has. */
  private static final long MOST_PIXELS = 1L << 30;

  /**
   * Checks the runs.
   *
   * @throws DataException when a side or a run is negative or the runs fill another number of
   *     pixels
   */
  public RunLength {
    requireSize(height, width);
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw new DataException("run %d of a mask has the length %d".formatted(i, counts[i]));
      }
      sum += counts[i];
    }
    if (sum != (long) height * width) {
      throw new DataException(
          "the runs of a mask fill %d pixels; its size of %d × %d (height × width) has %d"
              .formatted(sum, height, width, (long) height * width));
    }
  }

  /**
   * Encodes a bitmap.
   *
   * @param inside height × width, row by row
   */
  public static RunLength encode(int height, int width, boolean[] inside) {
    requireSize(height, width);
    if (inside.length != height * width) {
      throw new DataException(
          "A bitmap of %d × %d pixels needs %d values, found %d"
              .formatted(width, height, height * width, inside.length));
    }
    Builder runs = new Builder(height, width);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        runs.add(inside[y * width + x]);
      }
    }
    return runs.build();
  }

  /** The pixels of one class of a mask. */
  public static RunLength of(ClassMask mask, int label) {
    Builder runs = new Builder(mask.height(), mask.width());
    for (int x = 0; x < mask.width(); x++) {
      for (int y = 0; y < mask.height(); y++) {
        runs.add(mask.at(x, y) == label);
      }
    }
    return runs.build();
  }

  /** The bitmap, row by row. */
  public boolean[] decode() {
    boolean[] inside = new boolean[height * width];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      int end = at + counts[i];
      if (i % 2 == 1) {
        for (int k = at; k < end; k++) {
          inside[k % height * width + k / height] = true;
        }
      }
      at = end;
    }
    return inside;
  }

  /** How many pixels are inside. */
  public long area() {
    long area = 0;
    for (int i = 1; i < counts.length; i += 2) {
      area += counts[i];
    }
    return area;
  }

  /** The smallest box around: x, y, width, height; all 0 where nothing is inside. */
  public int[] bounds() {
    int pairs = counts.length / 2 * 2;
    if (pairs == 0) {
      return new int[4];
    }
    int left = width;
    int top = height;
    int right = 0;
    int bottom = 0;
    int at = 0;
    int firstColumn = 0;
    for (int i = 0; i < pairs; i++) {
      at += counts[i];
      int pixel = at - i % 2;
      int y = pixel % height;
      int x = pixel / height;
      if (i % 2 == 0) {
        firstColumn = x;
      } else if (firstColumn < x) {
        top = 0;
        bottom = height - 1;
      }
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    return new int[] {left, top, right - left + 1, bottom - top + 1};
  }

  /**
   * The pixels of either.
   *
   * @throws DataException when the sizes differ
   */
  public RunLength union(RunLength other) {
    if (height != other.height || width != other.width) {
      throw new DataException(
          "masks of %s and %s cannot be united".formatted(size(), other.size()));
    }
    Both both = new Both(this, other);
    int[] merged = new int[counts.length + other.counts.length + 2];
    int n = 0;
    int length = 0;
    boolean inside = false;
    do {
      length += both.next();
      boolean before = inside;
      inside = both.firstInside() || both.secondInside();
      if (inside != before || both.ended()) {
        merged[n++] = length;
        length = 0;
      }
    } while (!both.ended());
    return new RunLength(height, width, Arrays.copyOf(merged, n));
  }

  /**
   * Intersection over union.
   *
   * @param crowd the other is a crowd: the union is then this object's own area, so that what lies
   *     within the crowd is found whole
   */
  public double overlap(RunLength other, boolean crowd) {
    if (height != other.height || width != other.width) {
      throw new DataException(
          "masks of %s and %s cannot be compared".formatted(size(), other.size()));
    }
    long intersection = 0;
    long union = 0;
    Both both = new Both(this, other);
    do {
      boolean first = both.firstInside();
      boolean second = both.secondInside();
      int length = both.next();
      if (first || second) {
        union += length;
        intersection += first && second ? length : 0;
      }
    } while (!both.ended());
    if (intersection == 0) {
      return 0;
    }
    return (double) intersection / (double) (crowd ? area() : union);
  }

  /** The counts as COCO compresses them; see {@link RunLengthText}. */
  public String text() {
    return RunLengthText.of(counts);
  }

  /**
   * Reads compressed counts.
   *
   * @throws DataException when they are damaged or do not fill the size
   */
  public static RunLength parse(int height, int width, String text) {
    return new RunLength(height, width, RunLengthText.counts(text));
  }

  private String size() {
    return height + " × " + width;
  }

  static void requireSize(int height, int width) {
    if (height < 1 || width < 1 || (long) height * width > MOST_PIXELS) {
      throw new DataException(
          "the size of a mask is %d × %d (height × width); expected 1 × 1 to %d pixels"
              .formatted(height, width, MOST_PIXELS));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunLength runs
        && height == runs.height
        && width == runs.width
        && Arrays.equals(counts, runs.counts);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "RunLength[" + height + " × " + width + ", " + counts.length + " runs]";
  }

  /** Makes runs of pixels given one by one, down the columns. */
  static final class Builder {
    private final int height;
    private final int width;
    private int[] counts = new int[16];
    private int runs;
    private int length;
    private boolean inside;

    Builder(int height, int width) {
      this.height = height;
      this.width = width;
    }

    void add(boolean pixel) {
      if (pixel != inside) {
        end();
        inside = pixel;
      }
      length++;
    }

    private void end() {
      if (runs == counts.length) {
        counts = Arrays.copyOf(counts, 2 * runs);
      }
      counts[runs++] = length;
      length = 0;
    }

    RunLength build() {
      end();
      return new RunLength(height, width, Arrays.copyOf(counts, runs));
    }
  }

  /** Two masks, read side by side in stretches within which neither changes. */
  private static final class Both {
    private final int[] first;
    private final int[] second;
    private int nextFirst = 1;
    private int nextSecond = 1;
    private int leftFirst;
    private int leftSecond;
    private boolean firstInside;
    private boolean secondInside;

    Both(RunLength first, RunLength second) {
      this.first = first.counts;
      this.second = second.counts;
      leftFirst = first.counts[0];
      leftSecond = second.counts[0];
    }

    /** Passes one stretch and gives its length. */
    int next() {
      int length = Math.min(leftFirst, leftSecond);
      leftFirst -= length;
      if (leftFirst == 0 && nextFirst < first.length) {
        leftFirst = first[nextFirst++];
        firstInside = !firstInside;
      }
      leftSecond -= length;
      if (leftSecond == 0 && nextSecond < second.length) {
        leftSecond = second[nextSecond++];
        secondInside = !secondInside;
      }
      return length;
    }

    boolean ended() {
      return leftFirst == 0 && leftSecond == 0;
    }

    boolean firstInside() {
      return firstInside;
    }

    boolean secondInside() {
      return secondInside;
    }
  }
}
