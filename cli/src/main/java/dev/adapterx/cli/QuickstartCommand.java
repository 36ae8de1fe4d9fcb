package dev.adapterx.cli;

import dev.adapterx.cli.output.Console;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.Version;
import dev.adapterx.train.quickstart.Quickstart;
import dev.adapterx.train.run.RunResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
      "Compares methods on generated images or point clouds, from nothing.",
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
      "  adapterx quickstart --out try --seed 1"
    })
final class QuickstartCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where everything goes (default: quickstart, or quickstart-points).")
  @Nullable Path out;

  @Option(names = "--points", description = "Point clouds instead of images.")
  boolean points;

  @Option(names = "--seed", description = "Names every random number (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin Reports reports = new Reports();

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    Path folder = out != null ? out : Path.of(points ? "quickstart-points" : "quickstart");
    Quickstart quickstart =
        points ? Quickstart.points(folder, seed) : Quickstart.images(folder, seed);
    int written = quickstart.writeData();
    print.printf(
        "%d %s written to %s (seed %d)%n", written, quickstart.noun(), quickstart.data(), seed);
    print.flush();
    List<RunResult> results;
    try (Console console = new Console(spec)) {
      results = quickstart.run(console.epochsOnly());
    }
    print.println();
    print.printf(
        "%-18s %10s %12s %14s %9s%n", "method", "accuracy", "trained", "of backbone", "s/epoch");
    for (RunResult r : results) {
      double accuracy = r.last() == null ? Double.NaN : r.last().accuracy();
      print.print(
          String.format(
              Locale.ROOT,
              "%-18s %8.1f %% %,12d %12.2f %% %9.1f%n",
              r.method(),
              accuracy,
              r.parameters().trainable(),
              r.parameters().trainablePercent(),
              r.secondsPerEpoch()));
    }
    print.println(
        "accuracy on the test split after the last epoch; trained parameters with the head");
    reports.done(quickstart.report(), print, spec);
    return 0;
  }
}
