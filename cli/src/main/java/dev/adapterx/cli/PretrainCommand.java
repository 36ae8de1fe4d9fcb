package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.PretrainRecipe;
import dev.adapterx.train.PretrainRun;
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

/** Pre-trains a point transformer on clouds without labels. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Pre-trains a point transformer on clouds without labels and leaves a backbone file.",
      "",
      "A masked autoencoder, as Point-MAE: 60 % of a cloud's groups are hidden and have to be"
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

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RECIPE.yaml",
      description = "What to pre-train, and on what.")
  @Nullable Path recipe;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Changes to the recipe, keys with dots.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The run folder; by default runs/pretrain-seedN.")
  @Nullable Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Goes on with this run.")
  @Nullable Path resume;

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    try (Console console = new Console(print)) {
      report(run(console), print);
    }
    return Main.DONE;
  }

  private PretrainRun.Result run(Console console) {
    if (resume != null) {
      if (recipe != null || !overrides.isEmpty()) {
        throw new ConfigException(
            "Give either a recipe or --resume, not both: a run goes on with the recipe it began with");
      }
      return PretrainRun.resume(resume, console);
    }
    if (recipe == null) {
      throw new ConfigException(
          "Expected a recipe, for example: adapterx pretrain pretrain.yaml; or --resume RUN");
    }
    PretrainRecipe read = PretrainRecipe.read(recipe, overrides);
    Path folder = out != null ? out : Path.of("runs", "pretrain-seed" + read.seed());
    return PretrainRun.start(read, folder, console);
  }

  private static void report(PretrainRun.Result result, PrintWriter out) {
    out.println();
    out.println(
        String.format(
            Locale.ROOT,
            "Chamfer-L2 %.5f after the last epoch, %.1f s per epoch",
            result.loss(),
            result.secondsPerEpoch()));
    out.println("backbone: " + result.backbone());
    out.flush();
  }
}
