package dev.adapterx.train.study;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * Accuracies others reported, to be printed beside our own.
 *
 * @param accuracies percent, by variant and by task
 * @param source where they are from, for the foot of tables
 */
public record Published(Map<String, Map<String, Double>> accuracies, String source) {
  /** No numbers. */
  public static final Published NONE = new Published(Map.of(), "");

  public Published {
    accuracies = Map.copyOf(accuracies);
  }

  /** On one task, if it was reported. */
  public OptionalDouble of(String variant, String task) {
    Double accuracy = accuracies.getOrDefault(variant, Map.of()).get(task);
    return accuracy == null ? OptionalDouble.empty() : OptionalDouble.of(accuracy);
  }
}
