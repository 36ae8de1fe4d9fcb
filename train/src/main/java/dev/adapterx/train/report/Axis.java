package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to pixels, linearly or logarithmically, with ticks at round numbers.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}
 * @param from pixel of the low end; may exceed {@code to}, as it does on a y axis
 */
record Axis(double low, double high, double from, double to, boolean log, List<Double> ticks) {
  private static final int TICKS = 5;

  /** A linear axis that ends on round numbers. */
  static Axis rounded(double min, double max, double from, double to) {
    double size = Math.max(Math.abs(min), Math.abs(max));
    boolean flat = max - min <= 1e-12 * Math.max(1, size); // below the resolution of doubles
    double pad = !flat ? 0 : size < 1e-9 ? 0.5 : size * 0.1;
    double step = step(max - min + 2 * pad);
    double low = Math.floor((min - pad) / step + 1e-9) * step;
    double high = Math.ceil((max + pad) / step - 1e-9) * step;
    return new Axis(low, high, from, to, false, ticks(low, high, step));
  }

  /** A linear axis from the first step to the last; ticks at whole numbers only. */
  static Axis steps(double min, double max, double from, double to) {
    double pad = min == max ? 0.5 : 0;
    double step = Math.max(1, step(max - min));
    return new Axis(min - pad, max + pad, from, to, false, ticks(min, max, step));
  }

  /** A logarithmic axis over whole decades; both ends are positive. */
  static Axis decades(double min, double max, double from, double to) {
    int low = (int) Math.floor(Math.log10(min) + 1e-9);
    int high = Math.max(low + 1, (int) Math.ceil(Math.log10(max) - 1e-9));
    List<Double> ticks = new ArrayList<>();
    for (int decade = low; decade <= high; decade++) {
      ticks.add(Math.pow(10, decade));
    }
    return new Axis(Math.pow(10, low), Math.pow(10, high), from, to, true, ticks);
  }

  /** The pixel of a value. */
  double at(double value) {
    double share =
        log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** A tick's label. */
  String label(double tick) {
    return tick >= 1000 && tick < 1e6 && tick == Math.rint(tick)
        ? Figures.whole((long) tick)
        : Figures.significant(tick, 4);
  }

  private static List<Double> ticks(double low, double high, double step) {
    List<Double> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(low / step - 1e-6); k * step <= high + 1e-6 * step; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  /**
   * The step between ticks, 1, 2 or 5 times a power of ten: about {@value #TICKS} steps in the
   * range.
   */
  private static double step(double range) {
    double rough = Math.max(range, 1e-12) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }
}
