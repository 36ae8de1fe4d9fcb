package dev.adapterx.train.study;

import dev.adapterx.train.text.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Methods by their places on several tasks: rank 1 is the best mean over seeds, equal ones share
 * the mean of their places. Of methods that have all tasks.
 *
 * <p>Two methods differ by more than chance where their mean ranks over N tasks are at least {@code
 * q √(k(k + 1) / 6N)} apart, k the number of methods: Nemenyi's test at 5 %. Demšar, Statistical
 * Comparisons of Classifiers over Multiple Data Sets, JMLR 7 (2006), <a
 * href="https://www.jmlr.org/papers/v7/demsar06a.html">paper</a>, section 3.2.2.
 *
 * @param means mean rank by method; empty unless there are two methods and two tasks
 * @param tasks N
 */
record Ranks(Map<String, Double> means, int tasks) {
  /** q by number of methods from 2 on: the studentised range at 5 %, divided by √2. */
  private static final double[] Q = {
    1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164, 3.219, 3.268, 3.313, 3.354,
    3.391, 3.426, 3.458, 3.489, 3.517, 3.544
  };

  Ranks {
    means = new LinkedHashMap<>(means);
  }

  /** By the accuracy after the last epoch. */
  static Ranks of(Comparison comparison) {
    List<Task> tasks = comparison.tasks();
    Map<String, List<Double>> accuracies = new LinkedHashMap<>();
    for (String variant : comparison.variants()) {
      List<Double> means = new ArrayList<>();
      for (Task task : tasks) {
        Statistics over = comparison.of(variant, task.name(), RunSummary::measured);
        if (over != null) {
          means.add(over.mean());
        }
      }
      if (means.size() == tasks.size()) {
        accuracies.put(variant, means);
      }
    }
    Map<String, Double> ranks = new LinkedHashMap<>();
    if (tasks.size() > 1 && accuracies.size() > 1) {
      accuracies.forEach((variant, own) -> ranks.put(variant, meanRank(own, accuracies)));
    }
    return new Ranks(ranks, tasks.size());
  }

  private static double meanRank(List<Double> own, Map<String, List<Double>> all) {
    double sum = 0;
    for (int t = 0; t < own.size(); t++) {
      for (List<Double> other : all.values()) {
        int better = Double.compare(other.get(t), own.get(t));
        sum += better > 0 ? 1 : better == 0 ? 0.5 : 0;
      }
      sum += 0.5; // one is half equal to itself
    }
    return sum / own.size();
  }

  /** The smallest difference of mean ranks that is more than chance; NaN of over 20 methods. */
  double criticalDifference() {
    int k = means.size();
    return k < 2 || k - 2 >= Q.length
        ? Double.NaN
        : Q[k - 2] * Math.sqrt(k * (k + 1.0) / (6.0 * tasks));
  }
}
