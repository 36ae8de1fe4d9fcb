package dev.adapterx.train.suite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a published table: top-1 accuracy in percent.
 *
 * @param method as in {@code compare --methods}, if there is such a method
 * @param setting further conditions of the row: width, backbone, augmentation; may be empty
 * @param parameters trained, in millions, without head; absent: not stated
 * @param accuracies by task, or by group if only those are printed; empty if only the mean is
 * @param deviations standard deviations of {@code accuracies} over folds or seeds, if printed
 * @param printedMean the mean the paper prints (over groups, if there are groups), if its single
 *     values are not known
 * @param source paper or repository
 */
public record Published(
    String method,
    String setting,
    @Nullable Double parameters,
    Map<String, Double> accuracies,
    Map<String, Double> deviations,
    @Nullable Double printedMean,
    String source) {
  public Published {
    accuracies = Collections.unmodifiableMap(new LinkedHashMap<>(accuracies));
    deviations = Collections.unmodifiableMap(new LinkedHashMap<>(deviations));
  }

  Published withoutMean() {
    return new Published(method, setting, parameters, accuracies, deviations, null, source);
  }
}
