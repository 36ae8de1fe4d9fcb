package dev.adapterx.train.study;

import dev.adapterx.base.Names;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.report.Columns;
import dev.adapterx.train.suite.Published;
import dev.adapterx.train.text.Headings;
import dev.adapterx.train.text.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A comparison as tables, and what must be said below them. */
record ComparisonText(Comparison comparison) {

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(score()).append(" in % after the last epoch:\n\n").append(accuracy().markdown());
    if (hasBest()) {
      text.append("\n")
          .append(score())
          .append(" in % at the best epoch, ")
          .append(bestOn())
          .append(":\n\n");
      text.append(best().markdown());
    }
    if (hasPublished()) {
      text.append("\nWhat papers report, top-1 accuracy in %:\n\n").append(published().markdown());
    }
    text.append("\nParameters and cost:\n\n").append(cost().markdown()).append('\n');
    Columns settings = new SettingsTable(comparison).columns();
    if (!settings.rows().isEmpty()) {
      text.append("Settings that differ or are not a method's default:\n\n");
      text.append(settings.markdown()).append('\n');
    }
    notes().forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  /** What is compared, at the start of a sentence. */
  String score() {
    return Headings.of(comparison.score());
  }

  Columns accuracy() {
    return accuracies(RunSummary::measured, true);
  }

  boolean hasBest() {
    return finished().stream().anyMatch(run -> run.bestEpoch() > 0);
  }

  Columns best() {
    return accuracies(RunSummary::measuredBest, false);
  }

  private Columns accuracies(ToDoubleFunction<RunSummary> figure, boolean withPublished) {
    List<Task> tasks = comparison.tasks();
    boolean several = tasks.size() > 1;
    boolean published = withPublished && hasPublished();
    List<String> head = new ArrayList<>(List.of("method"));
    tasks.forEach(task -> head.add(task.name()));
    if (several && comparison.hasGroups()) {
      head.add("mean of groups");
    }
    if (several) {
      head.add("mean of tasks");
    }
    Ranks ranks = withPublished ? Ranks.of(comparison) : new Ranks(Map.of(), 0);
    boolean ranked = !ranks.means().isEmpty();
    if (ranked) {
      head.add("mean rank");
    }
    if (published) {
      head.add("published");
    }
    List<List<String>> rows = new ArrayList<>();
    for (String variant : comparison.variants()) {
      List<String> row = new ArrayList<>(List.of(variant));
      tasks.forEach(task -> row.add(cell(variant, task, figure)));
      if (several && comparison.hasGroups()) {
        row.add(Numbers.spread(comparison.meanOfGroups(variant, figure)));
      }
      if (several) {
        row.add(Numbers.spread(comparison.meanOfTasks(variant, figure)));
      }
      if (ranked) {
        row.add(Numbers.fixed(ranks.means().getOrDefault(variant, Double.NaN), 2));
      }
      if (published) {
        row.add(published(variant));
      }
      rows.add(row);
    }
    return new Columns(head, rows);
  }

  private String cell(String variant, Task task, ToDoubleFunction<RunSummary> figure) {
    Statistics over = comparison.of(variant, task.name(), figure);
    int seeds = comparison.seeds().size();
    if (over == null) {
      return hasFailed(variant, task) ? "failed" : "-";
    }
    String few = over.n() < seeds ? " (" + over.n() + " of " + seeds + ")" : "";
    return Numbers.spread(over) + few;
  }

  private boolean hasFailed(String variant, Task task) {
    return comparison.cells().stream()
        .filter(c -> c.variant().equals(variant) && c.task().equals(task.name()))
        .anyMatch(c -> c.outcome().state() == Outcome.State.FAILED);
  }

  /** Of the first row that has it: the one task, or the mean over all as papers print it. */
  private String published(String variant) {
    double first =
        comparison.published(variant).stream()
            .mapToDouble(comparison::publishedMean)
            .filter(Double::isFinite)
            .findFirst()
            .orElse(Double.NaN);
    return Numbers.fixed(first, 2);
  }

  boolean hasPublished() {
    return comparison.variants().stream().anyMatch(v -> !comparison.published(v).isEmpty());
  }

  /** A row for each that papers have on a variant. */
  Columns published() {
    List<Task> tasks = comparison.tasks();
    boolean several = tasks.size() > 1;
    List<String> head = new ArrayList<>(List.of("method", "setting", "M parameters"));
    tasks.forEach(task -> head.add(task.name()));
    if (several) {
      head.add(comparison.hasGroups() ? "mean of groups" : "mean");
    }
    if (several && comparison.hasGroups()) {
      head.add("mean of tasks");
    }
    head.add("source");
    List<List<String>> rows = new ArrayList<>();
    for (String variant : comparison.variants()) {
      for (Published reported : comparison.published(variant)) {
        List<String> row = new ArrayList<>(List.of(variant, reported.setting()));
        row.add(reported.parameters() == null ? "-" : String.valueOf(reported.parameters()));
        tasks.forEach(t -> row.add(Numbers.fixed(comparison.published(reported, t), 2)));
        if (several) {
          row.add(Numbers.fixed(comparison.publishedMean(reported), 2));
        }
        if (several && comparison.hasGroups()) {
          row.add(Numbers.fixed(comparison.publishedMeanOfTasks(reported), 2));
        }
        row.add(reported.source());
        rows.add(row);
      }
    }
    return new Columns(head, rows);
  }

  Columns cost() {
    List<List<String>> rows = new ArrayList<>();
    for (String variant : comparison.variants()) {
      rows.add(
          List.of(
              variant,
              mean(variant, r -> r.parameters().peft()),
              mean(variant, r -> r.parameters().head()),
              mean(variant, r -> r.parameters().trainable()),
              mean(variant, r -> r.parameters().stored()),
              percent(variant, r -> r.parameters().peftPercent()),
              percent(variant, r -> r.parameters().trainablePercent()),
              Numbers.fixed(comparison.mean(variant, RunSummary::samplesPerSecond), 1),
              Numbers.count(
                  comparison.mean(
                      variant, r -> r.peakBytes() > 0 ? r.peakBytes() >> 20 : Double.NaN)),
              Numbers.fixed(comparison.mean(variant, RunSummary::seconds), 1)));
    }
    return new Columns(
        List.of(
            "method",
            "peft",
            "head",
            "trainable",
            "stored",
            "% of backbone",
            "% with head",
            "samples/s",
            "peak MiB",
            "seconds"),
        rows);
  }

  private String mean(String variant, ToDoubleFunction<RunSummary> figure) {
    return Numbers.count(comparison.mean(variant, figure));
  }

  private String percent(String variant, ToDoubleFunction<RunSummary> figure) {
    return Numbers.fixed(comparison.mean(variant, figure), 4);
  }

  /** The best method in a sentence; those that share the first place, all of them. */
  String headline() {
    List<String> best = new ArrayList<>();
    double most = Double.NEGATIVE_INFINITY;
    for (String variant : comparison.variants()) {
      Statistics over = comparison.meanOfTasks(variant, RunSummary::measured);
      if (over == null || over.mean() < most) {
        continue;
      }
      if (over.mean() > most) {
        best.clear();
      }
      most = over.mean();
      best.add(variant + " " + Numbers.spread(over) + " %");
    }
    String on =
        comparison.tasks().size() == 1
            ? comparison.tasks().get(0).name()
            : "the mean of " + comparison.tasks().size() + " tasks";
    return best.isEmpty()
        ? "No method is done on all tasks yet."
        : "Best on " + on + ": " + String.join(", ", best);
  }

  /** Without these a number may not be quoted. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "seeds "
            + comparison.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))
            + "; ± is the sample standard deviation (n - 1) over seeds");
    notes.add(
        "measured on "
            + distinct(d -> d.test() != null ? "'" + d.test() + "'" : chosenOn(d))
            + ", trained on "
            + distinct(d -> "'" + d.train() + "'")
            + "; epoch "
            + chosen());
    notes.add(
        "normalisation "
            + normalisations()
            + "; augmentation "
            + distinct(DataRecipe::augmentation));
    notes.add(
        "peft is the method without the head, trainable with it; percentages of the backbone"
            + " without any head"
            + (comparison.tasks().size() > 1 ? "; means over tasks" : ""));
    notes.add(
        "samples/s and seconds of training, means over runs; peak MiB of the whole process while"
            + " the run went");
    Ranks ranks = Ranks.of(comparison);
    if (!ranks.means().isEmpty()) {
      String apart = Numbers.fixed(ranks.criticalDifference(), 2);
      notes.add(
          String.format(
              Locale.ROOT,
              "mean rank over %d tasks of the %d methods that have all of them, 1 is best; two"
                  + " differ by more than chance where their mean ranks are at least %s apart"
                  + " (Nemenyi's test, 5 %%)",
              ranks.tasks(),
              ranks.means().size(),
              apart));
    }
    if (hasPublished()) {
      notes.add(
          "published: the first row of what papers report; what theirs was chosen on differs");
    }
    if (comparison.tasks().stream().anyMatch(task -> task.scale() != null)) {
      notes.add("methods with a scale took the one published for each task");
    }
    Map<String, List<String>> failed = new LinkedHashMap<>();
    for (Outcome outcome : comparison.failed()) {
      failed
          .computeIfAbsent(String.valueOf(outcome.reason()), unused -> new ArrayList<>())
          .add(outcome.run().name());
    }
    failed.forEach((reason, runs) -> notes.add("failed: " + Names.some(runs) + ": " + reason));
    if (!comparison.unfinished().isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d of %d runs are not finished",
              comparison.unfinished().size(),
              comparison.cells().size()));
    }
    return notes;
  }

  private String chosen() {
    return hasBest() ? "the last; the best one " + bestOn() : "the last, none was chosen";
  }

  /** Without a test split the best epoch is measured on what chose it. */
  private String optimistic() {
    boolean same =
        comparison.cells().stream()
            .map(cell -> cell.outcome().run().recipe().data())
            .anyMatch(data -> data.test() == null && chosenOn(data) != null);
    return same ? ", the part it is measured on, so it is optimistic" : "";
  }

  /** What the best epoch was chosen on, in words. */
  String bestOn() {
    return "chosen on " + distinct(ComparisonText::chosenOn) + optimistic();
  }

  private static @Nullable String chosenOn(DataRecipe data) {
    return data.val() != null
        ? "'" + data.val() + "'"
        : data.holdOut() > 0 ? "a held-out part of '" + data.train() + "'" : null;
  }

  private String distinct(Function<DataRecipe, @Nullable String> value) {
    Set<String> values = new LinkedHashSet<>();
    for (Comparison.Cell cell : comparison.cells()) {
      String found = value.apply(cell.outcome().run().recipe().data());
      if (found != null) {
        values.add(found);
      }
    }
    return values.isEmpty() ? "none" : String.join(", ", values);
  }

  private String normalisations() {
    Set<String> values = new LinkedHashSet<>();
    for (RunSummary run : finished()) {
      if (run.normalisation() != null) {
        values.add(run.normalisation());
      }
    }
    return values.isEmpty() ? "unknown" : String.join(", ", values);
  }

  private List<RunSummary> finished() {
    return comparison.variants().stream()
        .flatMap(variant -> comparison.finished(variant).stream())
        .toList();
  }
}
