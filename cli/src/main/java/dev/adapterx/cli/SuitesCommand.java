package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.SuiteText;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.suite.Suite;
import dev.adapterx.train.suite.Suite.Option;
import dev.adapterx.train.suite.SuiteReport;
import dev.adapterx.train.suite.SuiteTask;
import dev.adapterx.train.suite.Suites;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists published benchmarks and whether their data exist. */
@Command(
    name = "suites",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists published benchmarks: their tasks, the ways papers train on them, what papers report,"
          + " and where the data come from.",
      "",
      "With --root it looks whether the data are there and complete; the exit code is 2 when they"
          + " are not. With --task too it prints what the task changes of a recipe."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx suites",
      "  adapterx suites vtab-1k",
      "  adapterx suites vtab-1k --root /data/vtab-1k",
      "  adapterx suites vtab-1k --root /data/vtab-1k --task cifar --profile noah"
    })
final class SuitesCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "SUITE", description = "One of them.")
  @Nullable String name;

  @picocli.CommandLine.Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "The folder that holds the data sets' folders.")
  @Nullable Path root;

  @picocli.CommandLine.Option(
      names = "--task",
      paramLabel = "TASK",
      description = "Print what this task changes of a recipe, one key=value a line.")
  @Nullable String task;

  @picocli.CommandLine.Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "With --task: whose way to train; by default the suite's first.")
  @Nullable String profile;

  @picocli.CommandLine.Option(
      names = "--tuning",
      description = "With --task: the splits to choose hyper-parameters on.")
  boolean tuning;

  @picocli.CommandLine.Option(
      names = "--published-scales",
      description = "With --task: method.scale as published for it.")
  boolean publishedScales;

  @picocli.CommandLine.Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    requireSense();
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      List<Suite> all = Suites.all();
      out.print(json ? line(all.stream().map(SuiteText::summary).toList()) : SuiteText.list(all));
      return Session.DONE;
    }
    Suite suite = Suites.named(name);
    if (root == null) {
      out.print(json ? line(SuiteText.json(suite)) : SuiteText.of(suite));
      return Session.DONE;
    }
    if (task != null) {
      SuiteTask found = task(suite, root, task);
      out.print(json ? line(found) : lines(found.overrides()));
      return Session.DONE;
    }
    SuiteReport report = suite.check(root);
    out.print(json ? line(report) : SuiteText.of(report));
    return report.ready() ? Session.DONE : Session.USERS;
  }

  private void requireSense() {
    if (name == null && root != null) {
      throw new ConfigException(
          "--root: expected a suite before it, for example: adapterx suites vtab-1k --root "
              + root);
    }
    if (task != null && root == null) {
      throw new ConfigException("--task: expected --root FOLDER with it: recipes name their data");
    }
    if (task == null && (profile != null || tuning || publishedScales)) {
      throw new ConfigException(
          "--profile, --tuning and --published-scales: expected --task TASK with them");
    }
  }

  private SuiteTask task(Suite suite, Path root, String wanted) {
    List<Option> options = new ArrayList<>();
    if (tuning) {
      options.add(Option.TUNING);
    }
    if (publishedScales) {
      options.add(Option.PUBLISHED_SCALES);
    }
    String way = profile == null ? suite.profiles().get(0).name() : profile;
    List<SuiteTask> tasks = suite.tasks(root, way, options.toArray(new Option[0]));
    List<String> known = tasks.stream().map(SuiteTask::name).toList();
    return tasks.stream()
        .filter(t -> t.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "%s has no task '%s'; there: %s%s"
                        .formatted(
                            suite.name(), wanted, Names.some(known), Names.hint(wanted, known))));
  }

  private static String line(Object value) {
    return Json.text(value) + System.lineSeparator();
  }

  private static String lines(List<String> lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
