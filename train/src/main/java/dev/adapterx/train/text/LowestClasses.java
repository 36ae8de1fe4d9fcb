package dev.adapterx.train.text;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The classes that a printed table shows: all of them in their order, or of many the lowest.
 *
 * @param shown in the order to print
 * @param note below the table, a line with its end; empty where all are shown
 */
public record LowestClasses<T>(List<T> shown, String note) {
  private static final int MOST = 50;

  public LowestClasses {
    shown = List.copyOf(shown);
  }

  /**
   * Of all classes.
   *
   * @param value what low ones are chosen by; NaN is not low
   * @param name of the value: {@code recall}
   */
  public static <T> LowestClasses<T> of(List<T> all, ToDoubleFunction<T> value, String name) {
    if (all.size() <= MOST) {
      return new LowestClasses<>(all, "");
    }
    return new LowestClasses<>(
        all.stream().sorted(Comparator.comparingDouble(value)).limit(MOST).toList(),
        "… the %d classes of lowest %s out of %d; --json has all%n"
            .formatted(MOST, name, all.size()));
  }
}
