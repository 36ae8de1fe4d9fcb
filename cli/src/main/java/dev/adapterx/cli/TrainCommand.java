package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.Recipe;
import dev.adapterx.train.RunResult;
import dev.adapterx.train.TrainRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains by a recipe, or goes on with an interrupted run. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Trains by a recipe and leaves a run folder with the adapter and a report.",
      "",
      "Images or point clouds: whichever the recipe's backbone takes."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx train recipe.yaml",
      "  adapterx train recipe.yaml train.lr=0.005 method.scale=1 --out runs/scale1",
      "  adapterx train recipe.yaml backbone.path=embedded-points data.path=scans --out runs/shapes",
      "  adapterx train --resume runs/scale1",
      "  adapterx train --resume runs/scale1 train.lr=0.001"
    })
final class TrainCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RECIPE.yaml",
      description = "What to train.")
  @Nullable Path recipe;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Changes to the recipe, keys with dots.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The run folder; by default runs/METHOD-seedN.")
  @Nullable Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Goes on with this run.")
  @Nullable Path resume;

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    if (resume != null) {
      List<String> changes = new ArrayList<>(overrides);
      if (recipe != null) {
        changes.add(0, recipe.toString());
      }
      if (changes.stream().anyMatch(change -> !change.contains("="))) {
        throw new ConfigException(
            "Give either a recipe or --resume, not both: a run goes on with the recipe it began with,"
                + " perhaps changed by key=value");
      }
      try (Console console = new Console(print)) {
        report(TrainRun.resume(resume, changes, console), resume, print);
      }
      return 0;
    }
    if (recipe == null) {
      throw new ConfigException(
          "Expected a recipe, for example: adapterx train recipe.yaml; or --resume RUN");
    }
    Recipe read = Recipe.read(recipe, overrides);
    Path folder = out != null ? out : Path.of("runs", read.method().name() + "-seed" + read.seed());
    try (Console console = new Console(print)) {
      report(TrainRun.start(read, folder, console), folder, print);
    }
    return 0;
  }

  private static void report(RunResult result, Path folder, PrintWriter out) {
    out.println();
    if (result.line() != null) {
      out.println(result.line().text());
    }
    out.println(
        String.format(
            Locale.ROOT,
            "%.1f s per epoch, peak memory %d MiB",
            result.secondsPerEpoch(),
            result.peakResidentBytes() >> 20));
    out.println("adapter: " + folder.resolve("adapter"));
    out.println("report:  " + folder.resolve("report.html").toAbsolutePath().toUri());
    out.flush();
  }
}
