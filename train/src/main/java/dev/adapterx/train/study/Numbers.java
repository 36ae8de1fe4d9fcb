package dev.adapterx.train.study;

import dev.adapterx.train.text.Statistics;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as tables show them. */
final class Numbers {
  private static final String NONE = "-";

  private Numbers() {}

  static String fixed(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : NONE;
  }

  /** A count that is a mean over tasks is rounded. */
  static String count(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,d", Math.round(value)) : NONE;
  }

  static String spread(@Nullable Statistics over) {
    if (over == null) {
      return NONE;
    }
    return over.n() == 1
        ? fixed(over.mean(), 2)
        : fixed(over.mean(), 2) + " ± " + fixed(over.std(), 2);
  }
}
