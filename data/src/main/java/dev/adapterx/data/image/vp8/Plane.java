package dev.adapterx.data.image.vp8;

import java.util.Arrays;

/**
 * Samples of one component, whole macroblocks, with a row above of 127 and a column on the left of
 * 129, from which the first blocks are predicted (RFC 6386, section 12.2).
 */
final class Plane {
  private static final int ABOVE = 127;
  private static final int LEFT = 129;

  /** Columns beyond the last block, which reads its neighbour above on the right. */
  private static final int BEYOND = 4;

  final int stride;
  final byte[] samples;

  Plane(int width, int height) {
    stride = width + 1 + BEYOND;
    samples = new byte[stride * (height + 1)];
    Arrays.fill(samples, 0, stride, (byte) ABOVE);
    for (int y = 0; y < height; y++) {
      samples[at(-1, y)] = (byte) LEFT;
    }
  }

  /** Index of a sample; -1 is above, or on the left. */
  int at(int x, int y) {
    return (y + 1) * stride + x + 1;
  }

  int get(int at) {
    return samples[at] & 0xFF;
  }

  void set(int at, int value) {
    samples[at] = clip(value);
  }

  static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
