package dev.adapterx.dense.segment;

import java.awt.Color;
import java.util.stream.IntStream;

/** Colours of classes. */
public final class Palette {
  private static final int BITS = 8;

  /** Of a turn; multiples never come back to the same hue. */
  private static final float GOLDEN = 0.618034f;

  private static final float[] LEVELS = {0.9f, 0.65f, 1};

  private Palette() {}

  /**
   * PASCAL VOC's, as 0xRRGGBB: for j = 0 … 7 bit 3j of the class goes to bit 7 − j of red, the next
   * one to green, the one after it to blue.
   */
  public static int[] voc(int classes) {
    return IntStream.range(0, classes).map(Palette::voc0).toArray();
  }

  /**
   * Bright ones for points on a dark or a light ground, none of them grey: hues a golden angle
   * apart, in three levels of brightness by turns.
   */
  public static int[] bright(int classes) {
    return IntStream.range(0, classes)
        .map(c -> Color.HSBtoRGB(c * GOLDEN, 0.75f, LEVELS[c % LEVELS.length]) & 0xFFFFFF)
        .toArray();
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
