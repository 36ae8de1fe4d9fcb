package dev.adapterx.train.quickstart;

import dev.adapterx.peft.AdapterFile;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.task.Evaluation;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of a quickstart: all methods beside each other, and where to go from here. */
record QuickstartReport(
    Quickstart quickstart, Quickstart.Task task, long seed, List<RunResult> results) {
  private static final int SAMPLES = 12;

  void write(Path file) {
    List<Section> sections = new ArrayList<>(List.of(comparison(), curves()));
    if (results.stream().allMatch(r -> r.last() != null)) {
      sections.add(samples());
    }
    sections.add(next());
    sections.add(facts());
    new Report("Adapter-X quickstart", headline(), sections).write(file);
  }

  private String headline() {
    String accuracies =
        results.stream()
            .filter(r -> r.last() != null)
            .map(QuickstartReport::accuracy)
            .collect(Collectors.joining(", "));
    return accuracies
        + " on the test split after the last of "
        + task.epochs()
        + " epochs; ± is one standard error of a test of this size. Seed "
        + seed
        + ", nothing chosen on the test split, normalisation "
        + task.scaled()
        + ", no augmentation, heads counted as trained.";
  }

  private static String accuracy(RunResult r) {
    Evaluation last = last(r);
    return String.format(
        Locale.ROOT,
        "%s %.1f ± %.1f %%",
        r.method(),
        last.accuracy(),
        100 * last.confusion().standardError());
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
      ConfusionMatrix m = last(r).confusion();
      rows.add(
          new ComparisonSection.Row(
              r.method(),
              "runs/" + task.entries().get(i).method().name() + "/report.html",
              r.parameters().trainablePercent(),
              m.accuracy(),
              m.standardError(),
              m.right() + " of " + m.total(),
              r.secondsPerEpoch() * task.epochs()));
    }
    return new ComparisonSection(
        rows,
        "± one standard error of the test; methods whose intervals overlap cannot be told apart by it,"
            + " and none of them is called the best. Each name leads to the run's own report.");
  }

  private Section curves() {
    return new Curves(
        List.of(
            chart("Loss in training", "", "loss"),
            chart("Accuracy in training", "%", "train-accuracy")));
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

  private Section samples() {
    AdapterFile adapter =
        AdapterFile.read(new RunFolder(quickstart.run(task.entries().get(0))).adapter());
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
    boolean images = task.noun().equals("images");
    String folder = images ? "my-pictures" : "my-scans";
    return new Commands(
        "Your own " + (images ? "pictures" : "scans"),
        List.of(
            new Commands.Command(
                "A folder that holds one folder per class is enough. A fifth of it is held out to measure on:",
                "adapterx train " + folder),
            new Commands.Command(
                "Names what others show, by a run of this quickstart:",
                "adapterx predict "
                    + quickstart.run(task.entries().get(task.entries().size() - 1))
                    + (images ? " photo.jpg" : " scan.ply"))));
  }

  private Facts facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        task.noun(),
        quickstart.data()
            + ", computed by this program; "
            + task.trainPerClass()
            + " a class for training, "
            + task.testPerClass()
            + " for the test");
    facts.put("backbone", task.pretrained());
    facts.put("epochs", Integer.toString(task.epochs()));
    facts.put("seed", Long.toString(seed));
    return Facts.of(facts);
  }
}
