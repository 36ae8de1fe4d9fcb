package dev.adapterx.train.study;

import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.log.Csv;
import dev.adapterx.train.report.Columns;
import dev.adapterx.train.report.MethodChart;
import dev.adapterx.train.report.Report;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.text.Statistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A comparison as markdown, CSV and JSON. */
public record ComparisonFiles(Comparison comparison) {

  /**
   * Writes {@code comparison.md}, {@code comparison.csv}, {@code comparison.json}, {@code
   * chart.svg} and {@code report.html}.
   */
  public void write(Path folder) {
    WholeFile.write(folder.resolve("comparison.md"), markdown());
    WholeFile.write(folder.resolve("comparison.csv"), csv());
    WholeFile.write(folder.resolve("comparison.json"), json());
    WholeFile.write(folder.resolve("chart.svg"), chart().svg());
    report().write(folder.resolve("report.html"));
  }

  /** Tables of accuracy and of cost, and what must be said below them. */
  public String markdown() {
    return new ComparisonText(comparison).markdown();
  }

  /** A page with the same, and the score over parameters as a picture. */
  public Report report() {
    ComparisonText text = new ComparisonText(comparison);
    List<Section> sections = new ArrayList<>();
    sections.add(chart());
    sections.add(
        text.accuracy().section(text.score() + " in % after the last epoch", text.notes()));
    if (text.hasBest()) {
      sections.add(
          text.best()
              .section(text.score() + " in % at the best epoch, " + text.bestOn(), List.of()));
    }
    if (text.hasPublished()) {
      sections.add(text.published().section("What papers report, top-1 accuracy in %", List.of()));
    }
    sections.add(text.cost().section("Parameters and cost", List.of()));
    Columns settings = new SettingsTable(comparison).columns();
    if (!settings.rows().isEmpty()) {
      sections.add(
          settings.section("Settings that differ or are not a method's default", List.of()));
    }
    return new Report("Methods side by side", text.headline(), sections);
  }

  private MethodChart chart() {
    return new MethodChart(
        comparison.score(), comparison.variants().stream().map(this::point).toList());
  }

  /** By the mean of groups where there are groups, else of tasks. */
  private MethodChart.Point point(String variant) {
    Statistics groups = comparison.meanOfGroups(variant, RunSummary::measured);
    Statistics over =
        groups != null ? groups : comparison.meanOfTasks(variant, RunSummary::measured);
    return new MethodChart.Point(
        variant,
        comparison.mean(variant, run -> run.parameters().peftPercent()),
        over == null ? Double.NaN : over.mean(),
        over == null ? Double.NaN : over.std());
  }

  /** A row per run. */
  public String csv() {
    return Csv.table(runs());
  }

  /** Everything: means, and a record per run. */
  public String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("score", comparison.score());
    json.put("seeds", comparison.seeds());
    json.put("methods", comparison.variants().stream().map(this::method).toList());
    json.put("runs", runs());
    json.put("notes", new ComparisonText(comparison).notes());
    return Settings.text(json);
  }

  private Map<String, Object> method(String variant) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", variant);
    List<Map<String, Object>> tasks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      Map<String, Object> on = new LinkedHashMap<>();
      on.put("task", task.name());
      on.putAll(
          spread(comparison.score(), comparison.of(variant, task.name(), RunSummary::measured)));
      on.putAll(
          spread(
              "best-" + comparison.score(),
              comparison.of(variant, task.name(), RunSummary::measuredBest)));
      tasks.add(on);
    }
    json.put("tasks", tasks);
    if (!comparison.published(variant).isEmpty()) {
      json.put("published", comparison.published(variant));
    }
    json.putAll(spread("mean-of-groups", comparison.meanOfGroups(variant, RunSummary::measured)));
    json.putAll(spread("mean-of-tasks", comparison.meanOfTasks(variant, RunSummary::measured)));
    Double rank = Ranks.of(comparison).means().get(variant);
    if (rank != null) {
      json.put("mean-rank", rank);
    }
    return json;
  }

  private static Map<String, Object> spread(String key, @Nullable Statistics over) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (over != null) {
      json.put(key, over.mean());
      if (over.n() > 1) {
        json.put(key + "-std", over.std());
      }
      json.put(key + "-seeds", over.n());
    }
    return json;
  }

  private List<Map<String, Object>> runs() {
    return comparison.cells().stream().map(this::record).toList();
  }

  private Map<String, Object> record(Comparison.Cell cell) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("method", cell.variant());
    record.put("task", cell.task());
    record.put("seed", cell.seed());
    record.put("state", cell.outcome().state().name().toLowerCase(Locale.ROOT));
    RunSummary summary = cell.outcome().summary();
    if (summary != null) {
      record.put(comparison.score(), summary.measured());
      if (summary.bestEpoch() > 0) {
        record.put("best-" + comparison.score(), summary.measuredBest());
        record.put("best-epoch", summary.bestEpoch());
      }
      record.put("peft", summary.parameters().peft());
      record.put("head", summary.parameters().head());
      record.put("trainable", summary.parameters().trainable());
      record.put("stored", summary.parameters().stored());
      record.put("peft-percent", summary.parameters().peftPercent());
      record.put("trainable-percent", summary.parameters().trainablePercent());
      record.put("samples-per-second", summary.samplesPerSecond());
      record.put("seconds", summary.seconds());
      record.put("peak-resident-bytes", summary.peakBytes());
    }
    record.put("run", cell.outcome().run().folder().path().toString());
    if (cell.outcome().state() == Outcome.State.FAILED) {
      record.put("reason", Objects.toString(cell.outcome().reason(), ""));
    }
    return record;
  }
}
