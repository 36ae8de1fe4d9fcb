package org.example.tags;

import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Of each tag how often it was found, missed and found where it is not; position = tag.
 *
 * @param loss mean binary cross-entropy
 */
public record TagScores(
    List<Integer> found, List<Integer> missed, List<Integer> wrong, double loss, double seconds)
    implements Scores {
  /** {@code 2 TP ÷ (2 TP + FN + FP)}, 0 … 1; NaN of a tag that is nowhere and was found nowhere. */
  public double f1(int tag) {
    double twice = 2.0 * found.get(tag);
    return twice / (twice + missed.get(tag) + wrong.get(tag));
  }

  /** The mean F1 over tags, in percent. */
  @Override
  public Score primary() {
    double mean =
        IntStream.range(0, found.size())
            .mapToDouble(this::f1)
            .filter(Double::isFinite)
            .average()
            .orElse(Double.NaN);
    return new Score("macro-f1", 100 * mean, true);
  }

  @Override
  public List<Score> all() {
    return List.of(primary());
  }
}
