package dev.adapterx.train.suite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task of a benchmark: the changes to a recipe to train on it.
 *
 * @param name unique in its suite
 * @param group whose mean papers report; absent: none
 * @param train training split
 * @param test split the result is measured on
 * @param overrides {@code key=value}, as for recipes
 * @param classes of a complete copy of the data
 * @param samples of a complete copy, by split
 * @param scale the published scale of the adapters' output; absent: not published
 */
public record SuiteTask(
    String name,
    @Nullable String group,
    String train,
    String test,
    List<String> overrides,
    int classes,
    Map<String, Integer> samples,
    @Nullable Double scale) {
  public SuiteTask {
    overrides = List.copyOf(overrides);
    samples = Collections.unmodifiableMap(new LinkedHashMap<>(samples));
  }
}
