package dev.adapterx.train.study;

import dev.adapterx.train.suite.Published;
import dev.adapterx.train.text.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a study has found so far. Scores are percent; a spread is the sample standard deviation (n −
 * 1) over seeds.
 *
 * @param variants names, in the order asked for
 * @param cells one per task, variant and seed
 * @param published what papers report on these tasks
 */
public record Comparison(
    List<Task> tasks,
    List<String> variants,
    List<Long> seeds,
    List<Cell> cells,
    List<Published> published) {

  /** One run's place and outcome. */
  public record Cell(String task, String variant, long seed, Outcome outcome) {}

  public Comparison {
    tasks = List.copyOf(tasks);
    variants = List.copyOf(variants);
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
    published = List.copyOf(published);
  }

  /** What is measured: {@code accuracy}, {@code mIoU}. */
  String score() {
    return RunSummary.score(cells.stream().map(Cell::outcome));
  }

  /** This with what papers report beside it. */
  public Comparison with(List<Published> rows) {
    return new Comparison(tasks, variants, seeds, cells, rows);
  }

  /** The published rows of a variant, which may be a recipe named after its method. */
  public List<Published> published(String variant) {
    String name = FolderName.of(variant);
    return published.stream().filter(row -> FolderName.of(row.method()).equals(name)).toList();
  }

  /** What a row has of a task, or of its group where single tasks are not known; NaN: nothing. */
  public double published(Published row, Task task) {
    Double ofTask = row.accuracies().get(task.name());
    Double found = ofTask == null ? row.accuracies().get(task.group()) : ofTask;
    return found == null ? Double.NaN : found;
  }

  /** The mean over all tasks; NaN unless the row has all of them. */
  public double publishedMeanOfTasks(Published row) {
    return mean(List.copyOf(publishedByTask(row).values()));
  }

  /**
   * The mean that papers print: of the groups' means where there are groups, else of the tasks; as
   * printed where single values are not known.
   */
  public double publishedMean(Published row) {
    if (row.printedMean() != null) {
      return row.printedMean();
    }
    return hasGroups() ? meanOfGroups(publishedByTask(row)) : publishedMeanOfTasks(row);
  }

  private Map<Task, Double> publishedByTask(Published row) {
    Map<Task, Double> values = new LinkedHashMap<>();
    tasks.forEach(task -> values.put(task, published(row, task)));
    return values;
  }

  /** Runs that other processes work on, or that are not begun. */
  public List<StudyRun> unfinished() {
    return inState(Outcome.State.UNFINISHED).stream().map(Outcome::run).toList();
  }

  /** Runs that cannot be finished, with their reasons. */
  public List<Outcome> failed() {
    return inState(Outcome.State.FAILED);
  }

  private List<Outcome> inState(Outcome.State state) {
    return cells.stream().map(Cell::outcome).filter(o -> o.state() == state).toList();
  }

  /** Finished runs of a variant on a task, by seed. */
  public List<RunSummary> finished(String variant, String task) {
    List<RunSummary> found = new ArrayList<>();
    for (Cell cell : cells) {
      RunSummary summary = cell.outcome.summary();
      if (cell.variant.equals(variant) && cell.task.equals(task) && summary != null) {
        found.add(summary);
      }
    }
    return found;
  }

  /** All finished runs of a variant. */
  public List<RunSummary> finished(String variant) {
    return tasks.stream().flatMap(task -> finished(variant, task.name()).stream()).toList();
  }

  /** A figure on one task over its finished seeds; null without any. */
  public @Nullable Statistics of(String variant, String task, ToDoubleFunction<RunSummary> figure) {
    double[] values =
        finished(variant, task).stream().mapToDouble(figure).filter(Double::isFinite).toArray();
    return values.length == 0 ? null : Statistics.of(values);
  }

  /**
   * The mean over all tasks, then over seeds; null unless some seed has finished all of them, as
   * means over other tasks could not be compared.
   */
  public @Nullable Statistics meanOfTasks(String variant, ToDoubleFunction<RunSummary> figure) {
    return overSeeds(variant, figure, values -> mean(List.copyOf(values.values())));
  }

  /** The mean of the groups' means; null without groups, and unless some seed has all tasks. */
  public @Nullable Statistics meanOfGroups(String variant, ToDoubleFunction<RunSummary> figure) {
    return hasGroups() ? overSeeds(variant, figure, this::meanOfGroups) : null;
  }

  /** Whether every task is of a group. */
  public boolean hasGroups() {
    return tasks.stream().allMatch(task -> task.group() != null);
  }

  private double meanOfGroups(Map<Task, Double> values) {
    Map<String, List<Double>> groups = new LinkedHashMap<>();
    values.forEach(
        (task, value) ->
            groups
                .computeIfAbsent(String.valueOf(task.group()), unused -> new ArrayList<>())
                .add(value));
    return mean(groups.values().stream().map(Comparison::mean).toList());
  }

  private @Nullable Statistics overSeeds(
      String variant,
      ToDoubleFunction<RunSummary> figure,
      ToDoubleFunction<Map<Task, Double>> average) {
    List<Double> means = new ArrayList<>();
    for (long seed : seeds) {
      Map<Task, Double> values = new LinkedHashMap<>();
      for (Task task : tasks) {
        double value = value(variant, task.name(), seed, figure);
        if (Double.isFinite(value)) {
          values.put(task, value);
        }
      }
      if (values.size() == tasks.size()) {
        means.add(average.applyAsDouble(values));
      }
    }
    return means.isEmpty() ? null : Statistics.of(means);
  }

  private double value(
      String variant, String task, long seed, ToDoubleFunction<RunSummary> figure) {
    for (Cell cell : cells) {
      RunSummary summary = cell.outcome.summary();
      if (summary != null
          && cell.seed == seed
          && cell.variant.equals(variant)
          && cell.task.equals(task)) {
        return figure.applyAsDouble(summary);
      }
    }
    return Double.NaN;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** The mean of a figure over all finished runs of a variant; NaN without any. */
  public double mean(String variant, ToDoubleFunction<RunSummary> figure) {
    return finished(variant).stream()
        .mapToDouble(figure)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}
