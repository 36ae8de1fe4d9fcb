package dev.adapterx.train.study;

import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.log.Csv;
import dev.adapterx.train.report.Columns;
import dev.adapterx.train.text.Headings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A search as markdown, CSV and JSON. */
public record TuningFiles(TuningResult result) {
  /** Characters of a reason in a table's cell. */
  private static final int WIDEST = 40;

  /** Writes {@code tuning.md}, {@code tuning.csv} and {@code tuning.json}. */
  public void write(Path folder) {
    WholeFile.write(folder.resolve("tuning.md"), markdown());
    WholeFile.write(folder.resolve("tuning.csv"), csv());
    WholeFile.write(folder.resolve("tuning.json"), json());
  }

  /** A table per method, the best trial marked. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    for (String variant : result.variants()) {
      text.append("## ").append(variant).append("\n\n").append(table(variant).markdown());
      int trials = result.of(variant).size();
      if (trials < result.budget()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%nOnly %d of %d trials: the grid has no more points, and no train.lr to add to.%n",
                trials,
                result.budget()));
      }
      failures(result.of(variant))
          .forEach((reason, numbers) -> text.append(failed(numbers, reason)));
      List<String> edges = result.edges(variant);
      if (!edges.isEmpty()) {
        text.append("\nThe best is on the edge of what was tried: ")
            .append(String.join(", ", edges))
            .append(". A better one may lie beyond.\n");
      }
      text.append('\n');
    }
    return text.append(Headings.of(result.score()))
        .append(" in % on ")
        .append(result.splits().text())
        .append(", after the last epoch, seed ")
        .append(result.seed())
        .append("; the test split was not opened. Ties go to the smaller learning rate, then to")
        .append(" fewer parameters.\n")
        .toString();
  }

  /** Numbers of the trials that failed, by the reason. */
  private static Map<String, List<Integer>> failures(List<Trial> trials) {
    return trials.stream()
        .filter(trial -> trial.outcome().state() == Outcome.State.FAILED)
        .collect(
            Collectors.groupingBy(
                trial -> String.valueOf(trial.outcome().reason()),
                LinkedHashMap::new,
                Collectors.mapping(Trial::number, Collectors.toList())));
  }

  private static String failed(List<Integer> numbers, String reason) {
    return "\n- trial%s %s failed: %s\n"
        .formatted(
            numbers.size() == 1 ? "" : "s",
            numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")),
            reason);
  }

  /** For a cell; below the table the reason is whole. */
  private static String shortened(@Nullable String reason) {
    String text = String.valueOf(reason);
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST).strip() + "…";
  }

  private Columns table(String variant) {
    List<Trial> own = result.of(variant);
    List<String> keys = own.isEmpty() ? List.of() : List.copyOf(own.get(0).settings().keySet());
    List<String> head = new ArrayList<>(List.of("trial"));
    head.addAll(keys);
    head.addAll(List.of(result.score(), "trainable", "seconds", "note"));
    List<List<String>> rows = new ArrayList<>();
    for (Trial trial : own) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(trial.number())));
      keys.forEach(key -> row.add(trial.settings().getOrDefault(key, "")));
      RunSummary summary = trial.outcome().summary();
      row.add(Numbers.fixed(trial.measured(), 2));
      row.add(summary == null ? "-" : Numbers.count((double) summary.parameters().trainable()));
      row.add(summary == null ? "-" : Numbers.fixed(summary.seconds(), 1));
      row.add(note(trial));
      rows.add(row);
    }
    return new Columns(head, rows);
  }

  private String note(Trial trial) {
    return switch (trial.outcome().state()) {
      case FINISHED -> isWinner(trial) ? "best" : "";
      case FAILED -> "failed: " + shortened(trial.outcome().reason());
      case UNFINISHED -> "not finished";
    };
  }

  private boolean isWinner(Trial trial) {
    return result.winner(trial.variant()).filter(trial::equals).isPresent();
  }

  /** A row per trial. */
  public String csv() {
    return Csv.table(records());
  }

  /** The splits, the seed, the budget, and a record per trial. */
  public String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("train", result.splits().train());
    json.put("judged-on", result.splits().text());
    json.put("score", result.score());
    json.put("seed", result.seed());
    json.put("trials-each", result.budget());
    json.put("trials", records());
    return Settings.text(json);
  }

  private List<Map<String, Object>> records() {
    return result.trials().stream().map(this::record).toList();
  }

  private Map<String, Object> record(Trial trial) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("method", trial.variant());
    record.put("trial", trial.number());
    record.putAll(trial.settings());
    record.put("state", trial.outcome().state().name().toLowerCase(Locale.ROOT));
    RunSummary summary = trial.outcome().summary();
    if (summary != null) {
      record.put(result.score(), trial.measured());
      record.put("trainable", summary.parameters().trainable());
      record.put("seconds", summary.seconds());
    }
    record.put("best", isWinner(trial));
    record.put("run", trial.outcome().run().folder().path().toString());
    if (trial.outcome().state() == Outcome.State.FAILED) {
      record.put("reason", Objects.toString(trial.outcome().reason(), ""));
    }
    return record;
  }
}
