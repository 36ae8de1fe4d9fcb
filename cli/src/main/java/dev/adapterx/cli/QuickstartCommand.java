package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Console;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.Version;
import dev.adapterx.train.quickstart.QuickTask;
import dev.adapterx.train.quickstart.Quickstart;
import dev.adapterx.train.run.RunResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares methods on generated data, from nothing. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Compares methods on generated images or point clouds, of any task, from nothing.",
      "",
      "Writes a small generated data set and trains a linear probe, full fine-tuning and Adapter-X"
          + " (of point clouds also DAPT-X) on it from the embedded backbone. Needs no data, no weights and no network; about two"
          + " minutes on two cores. What it leaves are ordinary run folders."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx quickstart",
      "  adapterx quickstart --points",
      "  adapterx quickstart --task segmentation",
      "  adapterx quickstart --task detection",
      "  adapterx quickstart --task parts",
      "  adapterx quickstart --out try --seed 1"
    })
final class QuickstartCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where everything goes (default: quickstart, quickstart-points, quickstart-TASK).")
  @Nullable Path out;

  @Option(names = "--points", description = "Point clouds instead of images.")
  boolean points;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "Another task than to name what images show: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Tasks.class)
  @Nullable String task;

  /** The tasks there are. */
  static final class Tasks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return QuickTask.Kind.all().names().iterator();
    }
  }

  @Option(names = "--seed", description = "Names every random number (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin Reports reports = new Reports();

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    if (points && task != null) {
      throw new ConfigException("--points and --task: give one of them");
    }
    String kind = points ? "points" : task;
    Path folder = out != null ? out : Path.of(kind == null ? "quickstart" : "quickstart-" + kind);
    Quickstart quickstart =
        task != null
            ? Quickstart.of(task, folder, seed)
            : points ? Quickstart.points(folder, seed) : Quickstart.images(folder, seed);
    int written = quickstart.writeData();
    print.printf(
        "%d %s written to %s (seed %d)%n", written, quickstart.noun(), quickstart.data(), seed);
    print.flush();
    List<RunResult> results;
    try (Console console = new Console(spec)) {
      results = quickstart.run(console.epochsOnly());
    }
    String score =
        results.stream()
            .flatMap(r -> Optional.ofNullable(r.lastScores()).stream())
            .map(s -> s.primary().name())
            .findFirst()
            .orElse("");
    print.println();
    print.printf(
        "%-18s %10s %12s %14s %9s%n", "method", score, "trained", "of backbone", "s/epoch");
    for (RunResult r : results) {
      double value = r.lastScores() == null ? Double.NaN : r.lastScores().primary().value();
      print.print(
          String.format(
              Locale.ROOT,
              "%-18s %8.1f %% %,12d %12.2f %% %9.1f%n",
              r.method(),
              value,
              r.parameters().trainable(),
              r.parameters().trainablePercent(),
              r.secondsPerEpoch()));
    }
    print.println(
        score + " on the test split after the last epoch; trained parameters with the head");
    quickstart.conclusion(results).forEach(print::println);
    reports.done(quickstart.report(), print, spec);
    return 0;
  }
}
