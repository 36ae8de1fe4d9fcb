package dev.adapterx.cli;

import dev.adapterx.tensor.Precision;
import dev.adapterx.train.ConfusionMatrix;
import dev.adapterx.train.Measurement;
import dev.adapterx.train.TrainedRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a trained run on labelled samples. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Measures a trained run on labelled images or point clouds: accuracy, balanced accuracy,"
          + " macro F1, and what each class is taken for.",
      "",
      "Accuracy is the share of samples named right; balanced accuracy the mean of the classes'"
          + " recalls, so that rare classes count as much as frequent ones; macro F1 the mean of the"
          + " classes' F1."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx evaluate runs/first",
      "  adapterx evaluate runs/first --best --json > result.json",
      "  adapterx evaluate runs/first --data more-photos     (a folder per class)",
      "  adapterx evaluate runs/first --data cifar10 --split val200",
      "  adapterx evaluate runs/shapes --data scans          (a folder per class)"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int CLASSES_SHOWN = 50;

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder a training wrote.")
  Path run;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "The images or point clouds; by default those of the run's recipe.")
  @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "Which split of them; by default the recipe's test split, or all of a plain folder.")
  @Nullable String split;

  @Option(
      names = "--best",
      description = "Take the adapter of the best epoch on the validation split, not the last.")
  boolean best;

  @Option(
      names = "--allow-broken",
      description = "Pass over samples that cannot be read, instead of stopping at the first.")
  boolean allowBroken;

  @Option(
      names = "--precision",
      paramLabel = "fp32|bf16|auto",
      description = "Of the frozen weights; by default the recipe's.")
  @Nullable Precision precision;

  @Option(names = "--json", description = "Print JSON, with the whole confusion matrix.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Measurement measured;
    try (TrainedRun trained = TrainedRun.open(run, best, precision)) {
      measured = trained.measure(data, split, allowBroken);
    }
    measured
        .broken()
        .forEach(b -> err.println("warning: passed over a broken sample: " + b.reason()));
    out.print(json ? Json.text(measured.json()) + System.lineSeparator() : text(measured));
    return Main.DONE;
  }

  private static String text(Measurement m) {
    ConfusionMatrix matrix = m.evaluation().confusion();
    OptionalDouble top = matrix.topFive();
    Table summary =
        new Table("data", m.data() + ", split " + m.split())
            .row(m.noun(), Table.count(matrix.total()))
            .row("accuracy", Table.percent(matrix.accuracy()))
            .row("balanced accuracy", Table.percent(matrix.balancedAccuracy()))
            .row("macro F1", String.format(Locale.ROOT, "%.4f", matrix.macroF1()));
    if (top.isPresent() && matrix.classes() > 5) {
      summary.row("top-5 accuracy", Table.percent(top.getAsDouble()));
    }
    summary
        .row("loss", String.format(Locale.ROOT, "%.4f", m.evaluation().loss()))
        .row("normalisation", m.normalisation())
        .row("broken " + m.noun(), Table.count(m.broken().size()))
        .row("time", String.format(Locale.ROOT, "%.1f s", m.evaluation().seconds()));
    return summary.text() + System.lineSeparator() + classes(m);
  }

  private static String classes(Measurement m) {
    List<Measurement.PerClass> all = m.perClass();
    List<Measurement.PerClass> shown =
        all.size() <= CLASSES_SHOWN
            ? all
            : all.stream()
                .sorted(Comparator.comparingDouble(Measurement.PerClass::recall))
                .limit(CLASSES_SHOWN)
                .toList();
    Table table = new Table("class", m.noun(), "recall", "precision", "F1", "most often taken for");
    for (Measurement.PerClass c : shown) {
      Measurement.Confusion confusion = c.confusion();
      table.row(
          c.name(),
          Table.count(c.samples()),
          Table.percent(c.recall()),
          Table.percent(c.precision()),
          Double.isNaN(c.f1()) ? "-" : String.format(Locale.ROOT, "%.3f", c.f1()),
          confusion == null ? "" : confusion.predicted() + " (" + confusion.samples() + ")");
    }
    return table.text()
        + (shown.size() == all.size()
            ? ""
            : "… the "
                + shown.size()
                + " classes of lowest recall out of "
                + all.size()
                + "; --json has all"
                + System.lineSeparator());
  }
}
