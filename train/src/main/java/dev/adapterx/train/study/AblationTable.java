package dev.adapterx.train.study;

import dev.adapterx.base.WholeFile;
import dev.adapterx.train.log.Csv;
import dev.adapterx.train.report.Columns;
import dev.adapterx.train.text.Statistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each change of a method costs or gains: its score, and the difference to the baseline, seed
 * by seed on the same data, as mean ± sample standard deviation of the differences.
 *
 * @param comparison of the baseline and all changes
 * @param ablations in the order of rows
 */
public record AblationTable(Comparison comparison, List<Ablations.Ablation> ablations) {
  public AblationTable {
    ablations = List.copyOf(ablations);
  }

  /** Writes {@code ablation.md} and {@code ablation.csv}. */
  public void write(Path folder) {
    WholeFile.write(folder.resolve("ablation.md"), markdown());
    WholeFile.write(folder.resolve("ablation.csv"), csv());
  }

  /** A row per change, and what must be said below. */
  public String markdown() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("", "as the recipe has it", Ablations.BASELINE));
    String part = "";
    for (Ablations.Ablation ablation : ablations) {
      String shown = ablation.part().equals(part) ? "" : ablation.part();
      part = ablation.part();
      rows.add(row(shown, ablation.title(), ablation.variant().name()));
    }
    StringBuilder text = new StringBuilder(new Columns(head(), rows).markdown()).append('\n');
    text.append(
        "- difference to the baseline, seed by seed; ± is the sample standard deviation (n - 1) of"
            + " the differences\n");
    new ComparisonText(comparison)
        .notes()
        .forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  private List<String> head() {
    return List.of("part", "variant", comparison.score() + " %", "difference", "peft", "peft %");
  }

  private List<String> row(String part, String title, String variant) {
    return List.of(
        part,
        title,
        Numbers.spread(measured(variant)),
        variant.equals(Ablations.BASELINE) ? "-" : signed(difference(variant)),
        Numbers.count(comparison.mean(variant, run -> run.parameters().peft())),
        Numbers.fixed(comparison.mean(variant, run -> run.parameters().peftPercent()), 3));
  }

  private static String signed(@Nullable Statistics difference) {
    String text = Numbers.spread(difference);
    return difference == null || difference.mean() < 0 ? text : "+" + text;
  }

  /** A row per change, figures in full. */
  public String csv() {
    List<Map<String, Object>> rows = new ArrayList<>();
    rows.add(record("", "as the recipe has it", Ablations.BASELINE));
    for (Ablations.Ablation ablation : ablations) {
      rows.add(record(ablation.part(), ablation.title(), ablation.variant().name()));
    }
    return Csv.table(rows);
  }

  private Map<String, Object> record(String part, String title, String variant) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("part", part);
    record.put("variant", variant);
    record.put("title", title);
    put(record, comparison.score(), measured(variant));
    if (!variant.equals(Ablations.BASELINE)) {
      put(record, "difference", difference(variant));
    }
    record.put("peft", comparison.mean(variant, run -> run.parameters().peft()));
    record.put("peft-percent", comparison.mean(variant, run -> run.parameters().peftPercent()));
    return record;
  }

  private static void put(Map<String, Object> record, String key, @Nullable Statistics over) {
    record.put(key, over == null ? "" : over.mean());
    record.put(key + "-std", over == null || Double.isNaN(over.std()) ? "" : over.std());
    record.put(key + "-seeds", over == null ? 0 : over.n());
  }

  /** The mean over tasks, over seeds; null unless some seed has finished all tasks. */
  public @Nullable Statistics measured(String variant) {
    return comparison.meanOfTasks(variant, RunSummary::measured);
  }

  /**
   * Of a change to the baseline, both with the same seed on the same tasks; null unless both have
   * finished all tasks with some seed.
   */
  public @Nullable Statistics difference(String variant) {
    List<Double> differences = new ArrayList<>();
    for (long seed : comparison.seeds()) {
      Statistics changed = ofSeed(seed).meanOfTasks(variant, RunSummary::measured);
      Statistics base = ofSeed(seed).meanOfTasks(Ablations.BASELINE, RunSummary::measured);
      if (changed != null && base != null) {
        differences.add(changed.mean() - base.mean());
      }
    }
    return differences.isEmpty() ? null : Statistics.of(differences);
  }

  private Comparison ofSeed(long seed) {
    return new Comparison(
        comparison.tasks(),
        comparison.variants(),
        List.of(seed),
        comparison.cells(),
        comparison.published());
  }
}
