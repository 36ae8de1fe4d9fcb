package dev.adapterx.cli;

import dev.adapterx.cli.arguments.MethodArguments;
import dev.adapterx.cli.arguments.StudyArguments;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.StudyConsole;
import dev.adapterx.cli.output.StudyFormat;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.Grid;
import dev.adapterx.train.study.Splits;
import dev.adapterx.train.study.Tuning;
import dev.adapterx.train.study.TuningFiles;
import dev.adapterx.train.study.TuningResult;
import dev.adapterx.train.study.Variant;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches for methods' settings on the validation split. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Searches for each method's own settings on the validation split; never opens the test split.",
      "",
      "Trials train on --train and are judged by the score of their task on --validation after the last"
          + " epoch; without these by data.train and data.val (or data.hold-out) of the recipe."
          + " Every method gets as many trials, evenly drawn from its grid of values. Ties go to"
          + " the smaller learning rate, then to fewer parameters.",
      "",
      "Writes FOLDER/METHOD.yaml, the recipe with the settings found and its own splits, ready for"
          + " train and compare; every trial is in FOLDER/tuning.md, .csv and .json. The same command"
          + " goes on where it was stopped; several at once share the trials."
    },
    footer = {
      "",
      "A grid file has values by method and recipe key; 'default' is for methods not named:",
      "  default: {train.lr: [0.001, 0.005]}",
      "  adapter-x: {train.lr: [0.001, 0.005], method.scale: [0.1, 1]}",
      "",
      "Examples:",
      "  adapterx tune recipe.yaml --methods adapter-x,full --train train800 --validation val200 \\",
      "    --out tuned",
      "  adapterx tune recipe.yaml data.hold-out=0.2 --methods idpt --trials 6 --out tuned",
      "  adapterx compare recipe.yaml --methods tuned/adapter-x.yaml,tuned/full.yaml --out study"
    })
final class TuneCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin StudyArguments arguments = new StudyArguments();

  @Mixin MethodArguments methods = new MethodArguments();

  @Option(
      names = "--train",
      paramLabel = "SPLIT",
      description = "What trials train on (default: data.train).")
  @Nullable String train;

  @Option(
      names = "--validation",
      paramLabel = "SPLIT",
      description = "What trials are judged by (default: data.val).")
  @Nullable String validation;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = "Of each method (default: ${DEFAULT-VALUE}).")
  int trials = 12;

  @Option(
      names = "--grid",
      paramLabel = "FILE",
      description = "Values to try, instead of those that ship with the program.")
  @Nullable Path grid;

  @Option(
      names = "--seed",
      description = "Of all trials, and of their choice (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin StudyFormat format = new StudyFormat();

  @Mixin Reports reports = new Reports();

  @Override
  public Integer call() {
    format.requireOne();
    Recipe recipe = arguments.readFor(train);
    List<Variant> variants = methods.variants(arguments, recipe);
    Tuning tuning =
        new Tuning(
            arguments.out,
            recipe,
            Splits.of(recipe.data(), train, validation),
            variants,
            grid == null ? Grid.shipped() : Grid.read(grid),
            trials,
            seed,
            arguments.last(),
            arguments.record);
    PrintWriter err = spec.commandLine().getErr();
    TuningResult result;
    try (StudyConsole console = new StudyConsole(spec)) {
      result = tuning.run(console, arguments.retry);
      if (!result.unfinished().isEmpty()) {
        console.stillGoing(result.unfinished());
      }
      console.failed(result.failed(), result.trials().size());
    }
    TuningFiles files = new TuningFiles(result);
    files.write(arguments.out);
    format.print(spec.commandLine().getOut(), files::markdown, files::csv, files::json);
    boolean stuck = false;
    for (Variant variant : variants) {
      Path found = tuning.recipeFile(variant.name());
      if (result.winner(variant.name()).isPresent() && Files.exists(found)) {
        err.println("recipe: " + found);
      }
      stuck |= result.isHopeless(variant.name());
    }
    reports.done(arguments.out.resolve("tuning.md"), err, spec);
    return stuck ? Session.USERS : Session.DONE;
  }
}
