package dev.adapterx.dense.segment;

import java.util.stream.IntStream;

/** Colours of classes. */
public final class Palette {
  private static final int BITS = 8;

  private Palette() {}

  /**
   * PASCAL VOC's, as 0xRRGGBB: for j = 0 … 7 bit 3j of the class goes to bit 7 − j of red, the next
   * one to green, the one after it to blue.
   */
  public static int[] voc(int classes) {
    return IntStream.range(0, classes).map(Palette::voc0).toArray();
  }

  /** The same from the second on, so that none is black: for points on a dark ground. */
  public static int[] bright(int classes) {
    return IntStream.rangeClosed(1, classes).map(Palette::voc0).toArray();
  }

  private static int voc0(int index) {
    int red = 0;
    int green = 0;
    int blue = 0;
    for (int j = 0; 3 * j < Integer.SIZE - 3 && j < BITS; j++) {
      int bits = index >> (3 * j);
      red |= (bits & 1) << (7 - j);
      green |= ((bits >> 1) & 1) << (7 - j);
      blue |= ((bits >> 2) & 1) << (7 - j);
    }
    return (red << (2 * BITS)) | (green << BITS) | blue;
  }
}
