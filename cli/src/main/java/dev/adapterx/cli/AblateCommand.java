package dev.adapterx.cli;

import dev.adapterx.cli.arguments.SeedArguments;
import dev.adapterx.cli.arguments.StudyArguments;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.StudyConsole;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.AblationTable;
import dev.adapterx.train.study.Ablations;
import dev.adapterx.train.study.Comparison;
import dev.adapterx.train.study.ComparisonFiles;
import dev.adapterx.train.study.Study;
import dev.adapterx.train.study.Task;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ablates a mixture of adapters. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Trains a recipe's mixture of adapters as it is and with one part changed at a time, and shows"
          + " what each change costs or gains.",
      "",
      "Parts: share, experts, heads, routing, router, norm2, prompts, prompt-base,"
          + " prompt-bias, cls, form, own, gate, balance; those that the recipe's method has.",
      "",
      "Every run is an ordinary run folder, FOLDER/runs/DATA/VARIANT/seed-SEED. The same command goes"
          + " on where it was stopped, and several at once share the runs.",
      "",
      "Prints accuracy, or what else the task measures, and the difference to the recipe as it is, seed by seed, as mean ± sample"
          + " standard deviation, and parameters; writes FOLDER/ablation.md, .csv and what compare"
          + " writes."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx ablate recipe.yaml --out ablation",
      "  adapterx ablate recipe.yaml train.epochs=20 --parts experts,share --seeds 0,1,2,3,4 \\",
      "    --tasks flowers,pets.yaml --out ablation"
    })
final class AblateCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin StudyArguments arguments = new StudyArguments();

  @Option(
      names = "--parts",
      split = ",",
      paramLabel = "PART",
      description = "Which parts to change; by default all that the method has.")
  List<String> parts = new ArrayList<>();

  @Mixin SeedArguments seeds = new SeedArguments();

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "DATA",
      description = "Data folders or YAML files, as compare takes them; by default the recipe's.")
  List<String> tasks = new ArrayList<>();

  @Option(names = "--csv", description = "Print CSV instead of markdown.")
  boolean csv;

  @Mixin Reports reports = new Reports();

  @Override
  public Integer call() {
    List<Long> numbers = seeds.read();
    Recipe read = arguments.read();
    List<Ablations.Ablation> ablations = Ablations.of(read, parts);
    Study study =
        new Study(
            arguments.out,
            read,
            tasks.isEmpty() ? List.of(Task.own(read)) : tasks.stream().map(Task::of).toList(),
            Ablations.variants(ablations),
            numbers,
            List.of(),
            arguments.record);
    Comparison comparison = StudyConsole.run(study, arguments.retry, spec);
    new ComparisonFiles(comparison).write(arguments.out);
    AblationTable table = new AblationTable(comparison, ablations);
    table.write(arguments.out);
    PrintWriter print = spec.commandLine().getOut();
    print.print(csv ? table.csv() : table.markdown());
    print.flush();
    reports.done(arguments.out.resolve("report.html"), spec.commandLine().getErr(), spec);
    return comparison.failed().isEmpty() ? Session.DONE : Session.USERS;
  }
}
