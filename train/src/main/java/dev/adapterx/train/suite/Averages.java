package dev.adapterx.train.suite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Both kinds of means of a benchmark. For VTAB-1k most papers print the mean of the three groups'
 * means, and some the mean of the 19 tasks; the two differ by about two points.
 *
 * @param groups mean of each group, in the order of the tasks; empty where there are no groups
 * @param ofGroups mean of the groups' means; the mean of the tasks if there are no groups
 * @param ofTasks mean of all tasks
 */
public record Averages(Map<String, Double> groups, double ofGroups, double ofTasks) {
  public Averages {
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
  }

  /**
   * Means of one method's values.
   *
   * @param values by task, or by group if only those are known
   * @return empty when a task has no value: the mean of some tasks would be that of another
   *     benchmark
   */
  public static Optional<Averages> of(List<SuiteTask> tasks, Map<String, Double> values) {
    Map<String, List<Double>> byGroup = new LinkedHashMap<>();
    List<Double> all = new ArrayList<>();
    for (SuiteTask task : tasks) {
      Double value = values.get(task.name());
      if (value == null && task.group() != null) {
        value = values.get(task.group());
      }
      if (value == null) {
        return Optional.empty();
      }
      all.add(value);
      if (task.group() != null) {
        byGroup.computeIfAbsent(task.group(), g -> new ArrayList<>()).add(value);
      }
    }
    Map<String, Double> groups = new LinkedHashMap<>();
    byGroup.forEach((group, members) -> groups.put(group, mean(members)));
    double ofTasks = mean(all);
    double ofGroups = groups.isEmpty() ? ofTasks : mean(List.copyOf(groups.values()));
    return Optional.of(new Averages(groups, ofGroups, ofTasks));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
