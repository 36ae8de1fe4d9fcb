package dev.adapterx.dense.detect;

import dev.adapterx.base.ConfigException;

/**
 * What a {@link BoxHead} looks like.
 *
 * @param width F, channels of the pyramid and the towers, a multiple of 32; 0: a third of the
 *     backbone's width, rounded to one
 * @param convs convolutions of each of the two towers
 * @param levels of the pyramid: 3 with half, one and two times the stride of the backbone's map, 4
 *     with four times too
 */
public record BoxForm(int width, int convs, int levels) {
  /** Groups of the towers' norms, which F must be divisible by. */
  static final int GROUPS = 32;

  private static final int LEAST_LEVELS = 3;
  private static final int MOST_LEVELS = 4;
  private static final int MOST_CONVS = 8;

  public BoxForm {
    if (width < 0 || width % GROUPS != 0) {
      throw new ConfigException(
          "head.width: expected a multiple of %d, or 0 for a third of the backbone's width, found %d"
              .formatted(GROUPS, width));
    }
    if (convs < 0 || convs > MOST_CONVS) {
      throw new ConfigException(
          "head.convs: expected 0 to %d convolutions, found %d".formatted(MOST_CONVS, convs));
    }
    if (levels < LEAST_LEVELS || levels > MOST_LEVELS) {
      throw new ConfigException("head.levels: expected 3 or 4, found " + levels);
    }
  }

  /** A third of the width, two convolutions, three levels. */
  public static BoxForm defaults() {
    return new BoxForm(0, 2, LEAST_LEVELS);
  }

  /** F for a backbone of width D. */
  int width(int d) {
    return width > 0 ? width : Math.max(GROUPS, GROUPS * (int) Math.rint(d / (3.0 * GROUPS)));
  }

  /**
   * Trainable parameters.
   *
   * @param d D, the backbone's width
   * @param classes C
   */
  public long parameters(int d, int classes) {
    long f = width(d);
    long half = d / 2;
    long smooth = 9 * f * f + 2 * 2 * f; // with the norms of both layers
    long up = 4L * d * half + half;
    long pyramid = up + half * f + 2L * d * f + 3 * smooth;
    long towers = 2L * convs * (9 * f * f + f + 2 * f);
    long last = (9 * f + 1) * (classes + 4L + 1);
    return pyramid + towers + last;
  }
}
