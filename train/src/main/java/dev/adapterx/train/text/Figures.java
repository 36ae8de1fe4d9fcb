package dev.adapterx.train.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats numbers for readers; the same on every machine, whatever its locale. */
public final class Figures {
  private Figures() {}

  /** Grouped by thousands: {@code 158,472}. */
  public static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** With {@code decimals} decimals. */
  public static String fixed(double number, int decimals) {
    return Double.isFinite(number)
        ? String.format(Locale.ROOT, "%." + decimals + "f", number)
        : Double.toString(number);
  }

  /** With {@code digits} significant digits and no trailing zeros: {@code 0.184}, {@code 3e-05}. */
  public static String significant(double number, int digits) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    if (number == 0) {
      return "0";
    }
    double size = Math.abs(number);
    var rounded = new BigDecimal(number).round(new MathContext(digits)).stripTrailingZeros();
    return size < 1e-3 || size >= 1e6
        ? scientific(rounded)
        : rounded.setScale(Math.max(0, rounded.scale())).toPlainString();
  }

  /** A share, 0 … 1, in per cent. */
  public static String percent(double share, int decimals) {
    return Double.isNaN(share) ? "–" : fixed(100 * share, decimals) + " %";
  }

  private static String scientific(BigDecimal number) {
    int exponent = number.precision() - number.scale() - 1;
    String mantissa = number.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return mantissa + "e" + exponent;
  }
}
