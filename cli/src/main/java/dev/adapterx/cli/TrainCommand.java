package dev.adapterx.cli;

import dev.adapterx.train.Recipe;
import dev.adapterx.train.RunResult;
import dev.adapterx.train.TrainRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains by a recipe, or goes on with an interrupted run. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Trains by a recipe and leaves a run folder with the adapter and a report.",
      "",
      "Images or point clouds: whichever the recipe's backbone takes.",
      "",
      "Ctrl-C and SIGTERM finish the step, save, and print the command that goes on: to the same"
          + " bytes as without the break. A kill loses what was done since the last epoch's end."
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

  @Mixin RecipeArguments arguments = new RecipeArguments();

  @Option(
      names = "--verify-frozen",
      description =
          "Hash the backbone's weights before and after training, and fail if a byte changed.")
  boolean verifyFrozen;

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    if (verifyFrozen) {
      arguments.overrides.add("train.verify-frozen=true");
    }
    Path resumed = arguments.resume;
    if (resumed != null) {
      List<String> changes = arguments.changes();
      try (Console console = new Console(print, Stop.of(spec))) {
        report(TrainRun.resume(resumed, changes, console), resumed, print);
      }
      return Main.DONE;
    }
    Recipe read = Recipe.read(arguments.required("train"), arguments.overrides);
    Path folder = arguments.folder(read.method().name() + "-seed" + read.seed());
    try (Console console = new Console(print, Stop.of(spec))) {
      report(TrainRun.start(read, folder, console), folder, print);
    }
    return Main.DONE;
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
