package dev.adapterx.train.text;

import java.util.Locale;

/** Names of scores as headings. */
public final class Headings {
  private Headings() {}

  /** {@code Pixel accuracy} of {@code pixel-accuracy}; {@code mIoU} stays. */
  public static String of(String score) {
    boolean plain = score.equals(score.toLowerCase(Locale.ROOT));
    return plain
        ? score.substring(0, 1).toUpperCase(Locale.ROOT) + score.substring(1).replace('-', ' ')
        : score;
  }
}
