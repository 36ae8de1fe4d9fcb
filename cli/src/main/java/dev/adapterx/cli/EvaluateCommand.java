package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.arguments.RunArguments;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.task.Evaluation;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.Measured;
import dev.adapterx.train.recipe.MethodTable;
import dev.adapterx.train.result.Ensemble;
import dev.adapterx.train.result.Measurement;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.text.Table;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
          + " macro F1, and what each class is taken for; a segmentation by mIoU, pixel accuracy and"
          + " the IoU of each class, in the pictures' own sizes.",
      "",
      "Accuracy is the share of samples named right; balanced accuracy the mean of the classes'"
          + " recalls, so that rare classes count as much as frequent ones; macro F1 the mean of"
          + " the classes' F1.",
      "",
      "With further runs, each named by --with, the mean of their probabilities is measured, and"
          + " each run beside it. With --alpha the weights between the frozen backbone and the"
          + " tuned one are measured, where the method can be merged: one value, or several for the"
          + " curve."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx evaluate runs/first",
      "  adapterx evaluate runs/first --best --json > result.json",
      "  adapterx evaluate runs/first --data more-photos     (a folder per class)",
      "  adapterx evaluate runs/first --data cifar10 --split val200",
      "  adapterx evaluate runs/seed0 --with runs/seed1 --with runs/seed2",
      "  adapterx evaluate runs/full --alpha 0,0.25,0.5,0.75,1 --data other-photos",
      "  adapterx evaluate runs/shapes --data scans          (a folder per class)"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder a training wrote.")
  Path run;

  @Mixin RunArguments runs = new RunArguments();

  @Option(
      names = "--alpha",
      split = ",",
      paramLabel = "0..1",
      description =
          "Measure (1 - alpha) frozen + alpha tuned weights; several, with commas, give a table.")
  List<Double> alphas = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "The images or point clouds; by default those of the run's recipe.")
  @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "Which split of them; by default the recipe's test split, without one what was held out"
              + " (val names it too), and all of a plain folder elsewhere.")
  @Nullable String split;

  @Option(
      names = "--allow-broken",
      description =
          "Pass over any number of samples that cannot be read; else more than a quarter stop it.")
  boolean allowBroken;

  @Option(
      names = "--precision",
      paramLabel = "fp32|bf16|int8|auto",
      description = "Of the frozen weights; by default the recipe's.")
  @Nullable Precision precision;

  @Option(names = "--json", description = "Print JSON, with the whole confusion matrix.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (!runs.with().isEmpty() && !alphas.isEmpty()) {
      throw new ConfigException(
          "--with averages predictions, --alpha weights; give one of them at a time");
    }
    if (!alphas.isEmpty()) {
      MethodTable.requireMergeable(Fetches.recipe(run).method());
    }
    Fetches.of(run, spec);
    Evaluated evaluated =
        !runs.with().isEmpty() ? ensemble() : alphas.isEmpty() ? single() : interpolated();
    evaluated.broken.forEach(
        b -> err.println("warning: passed over a broken sample: " + b.reason()));
    evaluated.warnings.forEach(warning -> err.println("warning: " + warning));
    out.print(json ? Json.text(evaluated.json) + System.lineSeparator() : evaluated.text);
    return Session.DONE;
  }

  /** A measurement as JSON and as text. */
  private record Evaluated(
      List<BrokenSample> broken,
      List<String> warnings,
      Map<String, @Nullable Object> json,
      String text) {
    Evaluated(Measured of, Map<String, @Nullable Object> json, String text) {
      this(of.broken(), of.warnings(), json, text);
    }
  }

  private Evaluated single() {
    try (TrainedRun trained = TrainedRun.open(run, runs.best(), precision)) {
      Measured m = trained.measured(data, split, allowBroken);
      return new Evaluated(m, m.json(), m.text());
    }
  }

  private Evaluated ensemble() {
    List<Path> members = runs.following(run);
    try (Ensemble ensemble = Ensemble.open(members, runs.best(), precision)) {
      Ensemble.Measured measured = ensemble.measure(data, split, allowBroken);
      Table table = new Table("run", "accuracy", "balanced accuracy", "loss");
      List<Map<String, Object>> told = new ArrayList<>();
      for (Ensemble.Member member : measured.members()) {
        row(table, member.run().toString(), member.evaluation());
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("run", member.run().toString());
        one.put("accuracy", member.evaluation().accuracy());
        one.put("balanced-accuracy", 100 * member.evaluation().confusion().balancedAccuracy());
        one.put("loss", member.evaluation().loss());
        told.add(one);
      }
      Measurement m = measured.together();
      row(table, "ensemble of " + members.size(), m.evaluation());
      Map<String, @Nullable Object> all = m.json();
      all.put("members", told);
      return new Evaluated(m, all, table.text() + System.lineSeparator() + m.text());
    }
  }

  private Evaluated interpolated() {
    List<Measurement> curve = new ArrayList<>();
    List<Map<String, @Nullable Object>> told = new ArrayList<>();
    Table table = new Table("alpha", "accuracy", "balanced accuracy", "loss");
    try (TrainedRun trained = TrainedRun.open(run, runs.best(), precision)) {
      for (double alpha : alphas) {
        Measurement m = trained.measure(alpha, data, split, allowBroken);
        curve.add(m);
        row(table, BigDecimal.valueOf(alpha).stripTrailingZeros().toPlainString(), m.evaluation());
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put("alpha", alpha);
        one.putAll(m.json());
        told.add(one);
      }
    }
    Measurement first = curve.get(0);
    if (curve.size() == 1) {
      return new Evaluated(
          first, told.get(0), table.text() + System.lineSeparator() + first.text());
    }
    String head =
        first.place()
            + ", "
            + Table.count(first.evaluation().confusion().total())
            + " "
            + first.noun()
            + System.lineSeparator();
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("curve", told);
    return new Evaluated(first, all, head + table.text());
  }

  private static void row(Table table, String name, Evaluation e) {
    table.row(
        name,
        Table.percent(e.confusion().accuracy()),
        Table.percent(e.confusion().balancedAccuracy()),
        String.format(Locale.ROOT, "%.4f", e.loss()));
  }
}
