package dev.adapterx.data.points.format;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Decimal numbers in the usual notation. Short ones, as nearly all coordinates are, are exact after
 * one multiplication or division by a power of ten (Clinger, "How to Read Floating Point Numbers
 * Accurately", PLDI 1990); the others go through {@link Double#parseDouble}.
 */
final class Decimal {
  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long EXACT = 1L << 53;

  private Decimal() {}

  /** Sign, digits with a point, exponent; or nan, inf, infinity in any case. */
  static boolean isNumber(byte[] text, int from, int to) {
    int i = sign(text, from, to);
    if (i < to && Character.isLetter(text[i])) {
      String word = word(text, i, to).toLowerCase(Locale.ROOT);
      return word.equals("nan")
          || word.equals("nan(ind)") // as Microsoft's C library prints it
          || word.equals("inf")
          || word.equals("infinity");
    }
    int whole = digits(text, i, to);
    int end = whole < to && text[whole] == '.' ? digits(text, whole + 1, to) : whole;
    boolean some = end - i > (end > whole ? 1 : 0);
    if (some && end < to && (text[end] == 'e' || text[end] == 'E')) {
      int exponent = sign(text, end + 1, to);
      end = digits(text, exponent, to);
      some = end > exponent;
    }
    return some && end == to;
  }

  /** The value of a text that {@link #isNumber} accepts. */
  static double parse(byte[] text, int from, int to) {
    int i = sign(text, from, to);
    if (Character.isLetter(text[i])) {
      boolean nan = text[i] == 'n' || text[i] == 'N';
      return nan ? Double.NaN : text[from] == '-' ? -1 / 0.0 : 1 / 0.0;
    }
    long mantissa = 0;
    int behindPoint = -1;
    for (; i < to && mantissa < EXACT / 10 - 1; i++) {
      if (text[i] == '.') {
        behindPoint = 0;
      } else if (text[i] >= '0' && text[i] <= '9') {
        mantissa = 10 * mantissa + (text[i] - '0');
        behindPoint += behindPoint >= 0 ? 1 : 0;
      } else {
        break;
      }
    }
    int places = Math.max(0, behindPoint);
    if (i < to || places >= TENS.length) {
      return Double.parseDouble(word(text, from, to));
    }
    double value = mantissa / TENS[places];
    return text[from] == '-' ? -value : value;
  }

  private static int sign(byte[] text, int from, int to) {
    return from < to && (text[from] == '-' || text[from] == '+') ? from + 1 : from;
  }

  private static int digits(byte[] text, int from, int to) {
    int i = from;
    while (i < to && text[i] >= '0' && text[i] <= '9') {
      i++;
    }
    return i;
  }

  private static String word(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
