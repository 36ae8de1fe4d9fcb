package dev.adapterx.cli;

import dev.adapterx.cli.arguments.MethodArguments;
import dev.adapterx.cli.arguments.SeedArguments;
import dev.adapterx.cli.arguments.StudyArguments;
import dev.adapterx.cli.arguments.SuiteArguments;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.StudyConsole;
import dev.adapterx.cli.output.StudyFormat;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.Comparison;
import dev.adapterx.train.study.ComparisonFiles;
import dev.adapterx.train.study.Study;
import dev.adapterx.train.study.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains and compares methods. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Trains methods on the same data with the same seeds, and puts them side by side.",
      "",
      "Of a folder of one's own, each method takes the learning rate and scale that suit it, and"
          + " what is held out is measured where there is no test split.",
      "",
      "Every run is an ordinary run folder, FOLDER/runs/TASK/METHOD/seed-SEED. The same command"
          + " goes on where it was stopped: finished runs are kept, interrupted ones resumed. Start it"
          + " several times at once and the processes share the runs. A run that diverges or finds"
          + " no memory is noted and does not stop the others.",
      "",
      "Prints accuracy, or what else the task measures, as mean ± sample standard deviation over seeds, parameters, speed and"
          + " memory; writes FOLDER/comparison.md, .csv, .json, FOLDER/chart.svg and FOLDER/report.html."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx compare my-pictures --methods linear-probe,full,adapter-x --out study",
      "  adapterx compare recipe.yaml --methods linear-probe,full,adapter-x --out study",
      "  adapterx compare recipe.yaml train.epochs=20 --methods adapter-x:budget,tuned/dapt.yaml"
          + " \\",
      "    --seeds 0,1,2 --tasks flowers,pets.yaml --out study",
      "  adapterx compare vit-b16.yaml --suite vtab-1k --root /data/vtab-1k --published-scales \\",
      "    --methods full,adapter-x,adaptformer --out study"
    })
final class CompareCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin StudyArguments arguments = new StudyArguments();

  @Mixin MethodArguments methods = new MethodArguments();

  @Mixin SeedArguments seeds = new SeedArguments();

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "DATA",
      description =
          "Data folders, or YAML files with a data section and perhaps head, train, name and group;"
              + " by default the recipe's data. With --suite: names of its tasks or groups; by"
              + " default all.")
  List<String> tasks = new ArrayList<>();

  @Mixin SuiteArguments suite = new SuiteArguments();

  @Mixin StudyFormat format = new StudyFormat();

  @Mixin Reports reports = new Reports();

  @Override
  public Integer call() {
    format.requireOne();
    suite.requireSense();
    List<Long> numbers = seeds.read();
    SuiteArguments.Chosen chosen = suite.given() ? suite.chosen(tasks) : null;
    Recipe recipe = chosen == null ? arguments.read() : arguments.read(List.of(chosen.somePath()));
    Study study =
        new Study(
            arguments.out,
            recipe,
            chosen == null ? tasks(recipe) : chosen.tasks(),
            methods.variants(arguments, recipe),
            numbers,
            arguments.last(),
            arguments.record);
    Comparison comparison = StudyConsole.run(study, arguments.retry, spec);
    if (chosen != null) {
      comparison = comparison.with(chosen.suite().published(chosen.suiteTasks()));
    }
    ComparisonFiles files = new ComparisonFiles(comparison);
    files.write(arguments.out);
    format.print(spec.commandLine().getOut(), files::markdown, files::csv, files::json);
    reports.done(arguments.out.resolve("report.html"), spec.commandLine().getErr(), spec);
    return comparison.failed().isEmpty() ? Session.DONE : Session.USERS;
  }

  private List<Task> tasks(Recipe recipe) {
    return tasks.isEmpty() ? List.of(Task.own(recipe)) : tasks.stream().map(Task::of).toList();
  }
}
