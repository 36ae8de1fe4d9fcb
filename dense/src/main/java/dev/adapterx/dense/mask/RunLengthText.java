package dev.adapterx.dense.mask;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/**
 * COCO's compression of run lengths to text: from the fourth on, a count is written as its
 * difference to the one two before; each number in groups of 5 bits, lowest first, with 32 added
 * where more follow and 48 to all, the sign extended from the last group's highest bit.
 */
final class RunLengthText {
  private static final int FIRST_CHARACTER = 48;
  private static final int LAST_CHARACTER = 48 + 63;
  private static final int MORE = 32;
  private static final int SIGN = 16;

  /** Of a number of 35 bits, far above any count or difference of two. */
  private static final int MOST_GROUPS = 7;

  private RunLengthText() {}

  static String of(int[] counts) {
    StringBuilder text = new StringBuilder(2 * counts.length);
    for (int i = 0; i < counts.length; i++) {
      int left = i > 2 ? counts[i] - counts[i - 2] : counts[i];
      boolean more;
      do {
        int group = left & 31;
        left >>= 5;
        more = (group & SIGN) != 0 ? left != -1 : left != 0;
        text.append((char) (FIRST_CHARACTER + group + (more ? MORE : 0)));
      } while (more);
    }
    return text.toString();
  }

  static int[] counts(String text) {
    int[] counts = new int[Math.max(4, text.length() / 2)];
    int n = 0;
    int at = 0;
    while (at < text.length()) {
      long number = 0;
      int groups = 0;
      int group;
      do {
        if (at == text.length()) {
          throw new DataException("the compressed runs of a mask end within a number");
        }
        char c = text.charAt(at);
        if (c < FIRST_CHARACTER || c > LAST_CHARACTER || groups == MOST_GROUPS) {
          throw new DataException(
              "character %d of the compressed runs of a mask is none that COCO writes: '%s'"
                  .formatted(at, c));
        }
        group = c - FIRST_CHARACTER;
        number |= (long) (group & 31) << (5 * groups++);
        at++;
      } while ((group & MORE) != 0);
      if ((group & SIGN) != 0) {
        number |= -1L << (5 * groups);
      }
      number += n > 2 ? counts[n - 2] : 0;
      if (number < 0 || number > Integer.MAX_VALUE) {
        throw new DataException("run %d of a mask has the length %d".formatted(n, number));
      }
      if (n == counts.length) {
        counts = Arrays.copyOf(counts, 2 * n);
      }
      counts[n++] = (int) number;
    }
    return Arrays.copyOf(counts, n);
  }
}
