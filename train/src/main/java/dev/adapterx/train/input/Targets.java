package dev.adapterx.train.input;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.train.recipe.DataRecipe;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Whether a part of the data has anything to learn or to measure. */
public final class Targets {
  private static final int FEW = 16;

  private Targets() {}

  /**
   * Whether none of the samples that can be read has a target. Looks until one has: first at a few
   * one by one, where nearly every data set has one, then at all others on all cores. Where none
   * can be read, their reader says so.
   */
  public static boolean areMissing(Dataset<?> samples) {
    AtomicBoolean read = new AtomicBoolean();
    int few = Math.min(FEW, samples.size());
    return IntStream.range(0, few).noneMatch(i -> has(samples, i, read))
        && IntStream.range(few, samples.size()).parallel().noneMatch(i -> has(samples, i, read))
        && read.get();
  }

  private static boolean has(Dataset<?> samples, int i, AtomicBoolean read) {
    try {
      boolean has = samples.hasTarget(i);
      read.set(true);
      return has;
    } catch (DataException | OutOfMemoryError e) {
      return false; // the reader says so of one sample
    }
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
