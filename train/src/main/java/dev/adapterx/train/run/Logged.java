package dev.adapterx.train.run;

import dev.adapterx.train.log.MetricsLog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What logs say in numbers. */
final class Logged {
  private Logged() {}

  /** Seconds of an epoch, median; 0 of none. */
  static double medianSeconds(MetricsLog log) {
    List<Double> seconds =
        log.records().stream()
            .map(record -> record.get("seconds"))
            .filter(Number.class::isInstance)
            .map(s -> ((Number) s).doubleValue())
            .sorted()
            .toList();
    return seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2);
  }

  /** Seconds of all epochs. */
  static double seconds(MetricsLog log) {
    return log.records().stream()
        .map(record -> record.get("seconds"))
        .filter(Number.class::isInstance)
        .mapToDouble(s -> ((Number) s).doubleValue())
        .sum();
  }

  /** What of an epoch's metrics is a number. */
  static Map<String, Double> numbers(Map<String, Object> metrics) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    metrics.forEach(
        (key, value) -> {
          if (value instanceof Number number) {
            numbers.put(key, number.doubleValue());
          }
        });
    return numbers;
  }
}
