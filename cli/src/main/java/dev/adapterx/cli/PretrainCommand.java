package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.arguments.RecipeArguments;
import dev.adapterx.cli.output.Console;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.run.PretrainRun;
import dev.adapterx.train.run.RunFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Pre-trains a point transformer on clouds without labels. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Pre-trains a point transformer on clouds without labels and leaves a backbone file.",
      "",
      "A masked autoencoder, as Point-MAE: 60 %% of a cloud's groups are hidden and have to be"
          + " guessed from the rest. The recipe names the shape (backbone.preset), or weights to go"
          + " on from (backbone.path), and the data: HDF5 files or a folder of point and mesh files"
          + " however deep; labels are not looked at."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx pretrain pretrain.yaml --out runs/scans",
      "  adapterx pretrain pretrain.yaml data.path=scans train.epochs=100",
      "  adapterx pretrain --resume runs/scans",
      "  adapterx train recipe.yaml backbone.path=runs/scans/backbone.safetensors"
    })
final class PretrainCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin RecipeArguments arguments = new RecipeArguments();

  @Mixin Reports reports = new Reports();

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    try (Console console = new Console(spec)) {
      report(run(console), print);
    }
    return Session.DONE;
  }

  private PretrainRun.Result run(Console console) {
    if (arguments.resume != null) {
      if (!arguments.changes().isEmpty()) {
        throw new ConfigException(
            "A pre-training goes on with the recipe it began with, unchanged");
      }
      return PretrainRun.resume(arguments.resume, console);
    }
    PretrainRecipe read = PretrainRecipe.read(arguments.required("pretrain"), arguments.overrides);
    if (arguments.out != null) {
      return PretrainRun.start(read, arguments.out, console);
    }
    String name = read.relativeTo(Path.of("").toAbsolutePath()).data().name() + "-pretrained";
    return PretrainRun.start(read, () -> RunFolder.numbered(Path.of("runs"), name), console);
  }

  private void report(PretrainRun.Result result, PrintWriter out) {
    out.println();
    out.println(
        String.format(
            Locale.ROOT,
            "Chamfer-L2 %.5f after the last epoch, %.1f s per epoch",
            result.loss(),
            result.secondsPerEpoch()));
    out.println("backbone: " + result.backbone());
    reports.done(result.backbone().resolveSibling("report.html"), out, spec);
  }
}
