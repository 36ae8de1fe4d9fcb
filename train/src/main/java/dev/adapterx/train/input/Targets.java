package dev.adapterx.train.input;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.train.recipe.DataRecipe;

/** Whether a part of the data has anything to learn or to measure. */
public final class Targets {
  private Targets() {}

  /**
   * Whether none of the samples that can be read has a target. Looks until one has; where none can
   * be read, their reader says so.
   */
  public static boolean areMissing(Dataset<?> samples) {
    boolean read = false;
    for (int i = 0; i < samples.size(); i++) {
      try {
        if (samples.hasTarget(i)) {
          return false;
        }
        read = true;
      } catch (DataException | OutOfMemoryError e) {
        // The reader says so of one sample.
      }
    }
    return read;
  }

  /**
   * Requires that one of the samples has a target.
   *
   * @param part the samples in words
   * @param found how they were found
   * @param way what to do
   * @throws DataException when none of those that can be read has a target: the loss would be 0 and
   *     every score not a number
   */
  static <S> void require(
      Modality<S> modality,
      DataRecipe data,
      Dataset<S> samples,
      String part,
      String found,
      String way) {
    if (areMissing(samples)) {
      throw new DataException(
          "%s: none of the %s of %s (%d) has %s%s. %s"
              .formatted(
                  data.requirePath(),
                  modality.noun(),
                  part,
                  samples.size(),
                  modality.target(data),
                  found.isEmpty() ? "" : " (" + found + ")",
                  way));
    }
  }
}
