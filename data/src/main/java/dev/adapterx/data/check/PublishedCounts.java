package dev.adapterx.data.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The number of samples of a complete copy of a published data set.
 *
 * @param suite the suite of data sets, or the data set, whose splits are counted
 * @param dataset the data set; empty if it is not known which one of the suite this is
 * @param classes 0 if unknown
 * @param noun plural of the samples, {@code images}
 * @param samples by split
 */
public record PublishedCounts(
    String suite, String dataset, int classes, String noun, Map<String, Integer> samples) {

  public PublishedCounts {
    samples = Map.copyOf(samples);
  }

  /**
   * The counts that differ.
   *
   * @param found samples by split
   * @param classesFound empty if unknown
   */
  public List<String> problems(Map<String, Integer> found, OptionalInt classesFound) {
    List<String> problems = new ArrayList<>();
    found.forEach(
        (split, count) -> {
          Integer expected = samples.get(split);
          if (expected != null && !expected.equals(count)) {
            problems.add(
                "%s: %s has %d %s here, found %d".formatted(split, suite, expected, noun, count));
          }
        });
    if (classes > 0 && classesFound.isPresent() && classes != classesFound.getAsInt()) {
      problems.add(
          "%s has %d classes, found %d".formatted(dataset, classes, classesFound.getAsInt()));
    }
    return problems;
  }

  /** The splits that are missing from a complete copy; none if the data set is not known. */
  public List<String> absent(Collection<String> found) {
    return dataset.isEmpty()
        ? List.of()
        : samples.entrySet().stream()
            .filter(split -> !found.contains(split.getKey()))
            .sorted(Map.Entry.comparingByKey())
            .map(
                split ->
                    "no split %s: %s has one of %d %s"
                        .formatted(split.getKey(), dataset, split.getValue(), noun))
            .toList();
  }

  /** All differences: counts, then missing splits. */
  public List<String> differences(Map<String, Integer> found, OptionalInt classesFound) {
    List<String> differences = new ArrayList<>(problems(found, classesFound));
    differences.addAll(absent(found.keySet()));
    return differences;
  }
}
