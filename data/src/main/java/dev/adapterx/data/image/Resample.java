package dev.adapterx.data.image;

/**
 * The weights of one axis: output {@code i} is {@code Σ_k weights[i][k] · in[first[i] + k] / 2²²}.
 *
 * <p>When an axis shrinks by s &gt; 1, the filter is widened by s, so that every source pixel
 * contributes (antialiasing). Weights are normalised to sum 1 in double, then rounded to 22-bit
 * fixed point.
 */
final class Resample {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private final int[] first;
  private final int[][] weights;

  Resample(int in, int out, Filter filter) {
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    first = new int[out];
    weights = new int[out][];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale;
      int from = Math.max(0, (int) (centre - support + 0.5));
      int to = Math.min(in, (int) (centre + support + 0.5));
      first[i] = from;
      weights[i] = fixed(filter, from - centre + 0.5, to - from, 1 / stretch);
    }
  }

  private static int[] fixed(Filter filter, double offset, int count, double step) {
    double[] w = new double[count];
    double sum = 0;
    for (int k = 0; k < count; k++) {
      w[k] = filter.weight((k + offset) * step);
      sum += w[k];
    }
    int[] fixed = new int[count];
    for (int k = 0; k < count; k++) {
      double exact = (sum == 0 ? w[k] : w[k] / sum) * (1 << PRECISION_BITS);
      fixed[k] = (int) (exact < 0 ? exact - 0.5 : exact + 0.5);
    }
    return fixed;
  }

  /** Resamples rows of {@code width} RGB pixels, unsigned bytes, to this axis' length. */
  int[] horizontally(byte[] in, int width, int height) {
    int outWidth = first.length;
    int[] out = new int[Math.multiplyExact(3 * outWidth, height)];
    for (int y = 0; y < height; y++) {
      int row = 3 * y * width;
      int at = 3 * y * outWidth;
      for (int x = 0; x < outWidth; x++, at += 3) {
        int[] w = weights[x];
        int from = row + 3 * first[x];
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int k = 0; k < w.length; k++, from += 3) {
          red += w[k] * (in[from] & 0xFF);
          green += w[k] * (in[from + 1] & 0xFF);
          blue += w[k] * (in[from + 2] & 0xFF);
        }
        out[at] = clip(red);
        out[at + 1] = clip(green);
        out[at + 2] = clip(blue);
      }
    }
    return out;
  }

  /** Resamples columns to this axis' length; a whole row at a time, which the JIT vectorises. */
  int[] vertically(int[] in, int width) {
    int length = 3 * width;
    int[] out = new int[Math.multiplyExact(length, first.length)];
    int[] sum = new int[length];
    for (int y = 0; y < first.length; y++) {
      java.util.Arrays.fill(sum, HALF);
      for (int k = 0; k < weights[y].length; k++) {
        addRow(sum, in, (first[y] + k) * length, weights[y][k]);
      }
      int at = y * length;
      for (int i = 0; i < length; i++) {
        out[at + i] = clip(sum[i]);
      }
    }
    return out;
  }

  private static void addRow(int[] sum, int[] in, int from, int weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * in[from + i];
    }
  }

  private static int clip(int sum) {
    return Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }
}
