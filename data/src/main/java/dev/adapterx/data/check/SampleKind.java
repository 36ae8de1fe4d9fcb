package dev.adapterx.data.check;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of sample, as reports describe it.
 *
 * @param noun plural, {@code images}; also the JSON key of their number
 * @param columns of the table of splits, between the class counts and the repeated samples
 */
public record SampleKind<F>(String noun, List<Column<F>> columns) {

  /** A column: its title, and its cell for a split. */
  public record Column<F>(String title, Function<F, String> cell) {}

  public SampleKind {
    columns = List.copyOf(columns);
  }
}
