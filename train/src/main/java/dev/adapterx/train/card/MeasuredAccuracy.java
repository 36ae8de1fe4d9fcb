package dev.adapterx.train.card;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * An adapter's measured accuracy.
 *
 * @param data name as in results
 * @param split split or part it was measured on
 * @param right (C): correct predictions per class, in the order of their indices; not copied
 * @param total (C): samples of each class; not copied
 * @param when the epoch, and how it was chosen, as the end of a sentence
 */
@SuppressWarnings("ArrayRecordComponent") // counts; compared nowhere
public record MeasuredAccuracy(String data, String split, int[] right, int[] total, String when)
    implements CardResult {
  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public double value() {
    return accuracy();
  }

  /** Accuracy, 0 … 1. */
  double accuracy() {
    return (double) sum(right) / sum(total);
  }

  /** One standard error of a share p of n samples, {@code √(p (1 − p) / n)}. */
  double error() {
    double p = accuracy();
    return Math.sqrt(p * (1 - p) / sum(total));
  }

  @Override
  public String sentence(String noun) {
    return String.format(
        Locale.ROOT,
        "On `%s` (%s): **%d of %d** %s right, %.1f ± %.1f %% (one standard error of a test of this size), %s.",
        data,
        split,
        sum(right),
        sum(total),
        noun,
        100 * accuracy(),
        100 * error(),
        when);
  }

  @Override
  public String perClass(List<String> classes) {
    List<List<String>> rows = new ArrayList<>();
    IntStream.range(0, classes.size())
        .forEach(c -> rows.add(List.of(classes.get(c), right[c] + " of " + total[c])));
    return Markdown.table(List.of("class", "right"), rows);
  }

  private static int sum(int[] counts) {
    return Arrays.stream(counts).sum();
  }
}
