package dev.adapterx.dense.picture;

import java.awt.Color;
import java.util.stream.IntStream;

/** Colours of classes. */
public final class Palette {
  private static final int BITS = 8;
  private static final int RGB = 0xFFFFFF;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final float SATURATION = 0.9f;
  private static final float BRIGHTNESS = 0.95f;

  private Palette() {}

  /**
   * PASCAL VOC's, as 0xRRGGBB: for j = 0 … 7 bit 3j of the class goes to bit 7 − j of red, the next
   * one to green, the one after it to blue.
   */
  public static int[] voc(int classes) {
    return IntStream.range(0, classes).map(Palette::voc0).toArray();
  }

  /**
   * Of objects, whose colours stand on photographs: bright ones, each hue the golden angle away
   * from the one before.
   */
  public static int[] objects(int classes) {
    return IntStream.range(0, classes)
        .map(i -> Color.HSBtoRGB((float) (i * GOLDEN % 1), SATURATION, BRIGHTNESS) & RGB)
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
