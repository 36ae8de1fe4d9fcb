package dev.adapterx.train.input;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.train.recipe.DataRecipe;

/** Whether a part of the data has anything to learn or to measure. */
final class Targets {
  private Targets() {}

  /**
   * Looks at samples until one has a target. Broken ones are left to their reader, unless nothing
   * else remains.
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
    int broken = 0;
    for (int i = 0; i < samples.size(); i++) {
      try {
        if (samples.hasTarget(i)) {
          return;
        }
      } catch (DataException | OutOfMemoryError e) { // the reader says so of one sample
        broken++;
      }
    }
    if (broken < samples.size()) {
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
