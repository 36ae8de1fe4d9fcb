package dev.adapterx.data.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Samples that occur more than once in a split.
 *
 * @param repeated number of samples with the content of an earlier one
 * @param conflicting number of those whose label differs from that of the first occurrence
 */
public record Repeats(int repeated, int conflicting) {

  /**
   * Counts repeated samples.
   *
   * @param content of each sample; empty if it cannot be read
   * @param label of each sample
   */
  public static Repeats of(
      int samples, IntFunction<Optional<Content>> content, IntUnaryOperator label) {
    Map<String, Integer> labelOf = new HashMap<>();
    int repeated = 0;
    int conflicting = 0;
    for (int i = 0; i < samples; i++) {
      Optional<Content> here = content.apply(i);
      if (here.isPresent()) {
        int own = label.applyAsInt(i);
        Integer first = labelOf.putIfAbsent(here.get().key(), own);
        repeated += first == null ? 0 : 1;
        conflicting += first == null || first == own ? 0 : 1;
      }
    }
    return new Repeats(repeated, conflicting);
  }
}
