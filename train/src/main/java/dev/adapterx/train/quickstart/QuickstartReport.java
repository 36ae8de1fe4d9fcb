package dev.adapterx.train.quickstart;

import dev.adapterx.peft.AdapterFile;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import dev.adapterx.train.input.ClassModality;
import dev.adapterx.train.input.Shown;
import dev.adapterx.train.log.MetricsLog;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.report.Commands;
import dev.adapterx.train.report.ComparisonSection;
import dev.adapterx.train.report.Curves;
import dev.adapterx.train.report.Facts;
import dev.adapterx.train.report.LineChart;
import dev.adapterx.train.report.Report;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.report.Series;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.RunReport;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.text.Figures;
import dev.adapterx.train.text.Headings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of a quickstart: all methods beside each other, and where to go from here. */
record QuickstartReport(Quickstart quickstart, QuickTask task, long seed, List<RunResult> results) {
  private static final int SAMPLES = 12;

  void write(Path file) {
    List<Section> sections = new ArrayList<>(List.of(comparison(), curves()));
    if (namesClasses()) {
      sections.add(samples());
    }
    sections.add(next());
    sections.add(facts());
    new Report("Adapter-X quickstart", headline(), sections).write(file);
  }

  /** Whether whole samples have classes, so that a standard error can be given. */
  private boolean namesClasses() {
    return results.stream().allMatch(r -> r.last() != null);
  }

  private String headline() {
    String scores = results.stream().map(QuickstartReport::score).collect(Collectors.joining(", "));
    String found = String.join(" ", new Conclusion(task, results).sentences());
    return found
        + (found.isEmpty() ? "" : " ")
        + scores
        + " on the test split after the last of "
        + task.epochs()
        + " epochs"
        + (namesClasses() ? "; ± is one standard error of a test of this size" : "")
        + ". Seed "
        + seed
        + ", nothing chosen on the test split, normalisation "
        + task.scaled()
        + (namesClasses() ? ", no augmentation" : "")
        + ", heads counted as trained.";
  }

  private static String score(RunResult r) {
    Evaluation last = r.last();
    String spread =
        last == null ? "" : " ± " + Figures.fixed(100 * last.confusion().standardError(), 1);
    return r.method() + " " + Figures.fixed(primary(r).value(), 1) + spread + " %";
  }

  private static Score primary(RunResult r) {
    Scores last = r.lastScores();
    if (last == null) {
      throw new IllegalStateException("a quickstart has a test split");
    }
    return last.primary();
  }

  private static Evaluation last(RunResult r) {
    Evaluation last = r.last();
    if (last == null) {
      throw new IllegalStateException("a quickstart has a test split");
    }
    return last;
  }

  private Section comparison() {
    List<ComparisonSection.Row> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      RunResult r = results.get(i);
      ConfusionMatrix m = namesClasses() ? last(r).confusion() : null;
      rows.add(
          new ComparisonSection.Row(
              r.method(),
              "runs/" + task.entries().get(i).method().name() + "/report.html",
              r.parameters().trainablePercent(),
              primary(r).value() / 100,
              m == null ? Double.NaN : m.standardError(),
              m == null ? "" : m.right() + " of " + m.total(),
              r.secondsPerEpoch() * task.epochs()));
    }
    return new ComparisonSection(
        primary(results.get(0)).name(),
        rows,
        (namesClasses()
                ? "± one standard error of the test; where intervals overlap none is marked as the best."
                    + " The sentence at the top compares two methods on the same samples, which"
                    + " tells smaller differences. "
                : "One seed and a small test: differences of a few points say nothing. ")
            + "Each name leads to the run's own report.");
  }

  private Section curves() {
    String hits = adapter().task().hitsName();
    return new Curves(
        List.of(
            chart("Loss in training", "", "loss"),
            chart(Headings.of(hits) + " in training", "%", "train-" + hits)));
  }

  private LineChart chart(String title, String unit, String key) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      MetricsLog log = MetricsLog.resume(quickstart.run(task.entries().get(i)), task.epochs());
      for (Series one : RunReport.chart(log, title, unit, List.of(key)).series()) {
        series.add(new Series(results.get(i).method(), one.points()));
      }
    }
    return new LineChart(title, "epoch", unit, series);
  }

  private AdapterFile adapter() {
    return AdapterFile.read(new RunFolder(quickstart.run(task.entries().get(0))).adapter());
  }

  private Section samples() {
    AdapterFile adapter = adapter();
    Shown.Choice chosen =
        Shown.compared(
            results.stream().map(RunResult::method).toList(),
            results.stream().map(QuickstartReport::last).toList(),
            adapter.task().labels(),
            SAMPLES);
    return samples(ClassModality.of(adapter.preprocessing()), chosen);
  }

  private <S> Section samples(ClassModality<S> modality, Shown.Choice chosen) {
    DataRecipe data = DataRecipe.defaults().withPath(quickstart.data().toString());
    return modality.samples(modality.open(data, "test").dataset(), chosen, null);
  }

  private Section next() {
    QuickTask.Own own = task.own();
    return new Commands(
        own.heading(),
        List.of(
            new Commands.Command(own.sentence(), "adapterx train " + own.folder()),
            new Commands.Command(
                own.use(),
                "adapterx predict "
                    + quickstart.run(task.entries().get(task.entries().size() - 1))
                    + " "
                    + own.sample())));
  }

  private Facts facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(task.noun(), quickstart.data() + ", computed by this program; " + task.amounts());
    facts.put("backbone", task.pretrained());
    facts.put("learning rates", task.rates());
    facts.put("epochs", Integer.toString(task.epochs()));
    facts.put("seed", Long.toString(seed));
    return Facts.of(facts);
  }
}
