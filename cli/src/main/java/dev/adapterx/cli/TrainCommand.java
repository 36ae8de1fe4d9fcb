package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import dev.adapterx.cli.arguments.RankArguments;
import dev.adapterx.cli.arguments.Subject;
import dev.adapterx.cli.output.Console;
import dev.adapterx.cli.output.Reports;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.preset.BestOf;
import dev.adapterx.train.preset.FittingRecipe;
import dev.adapterx.train.preset.Quality;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.Rendezvous;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RankedRun;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.RunLock;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Trains on data or by a recipe, or resumes an interrupted run. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Trains on a folder of images or point clouds, or by a recipe, and leaves a run folder with"
          + " the adapter, a report and the recipe it used.",
      "",
      "Of a folder the kind and the splits are recognised; without splits a fifth of each class is"
          + " held out and measured. Backbone, method and everything else are chosen to suit the"
          + " data where no key=value says otherwise. A recipe keeps its own defaults, unless"
          + " --quality is given.",
      "",
      "Ctrl-C and SIGTERM finish the step, save, and print the command that goes on: to the same"
          + " bytes as without the break. A kill loses what was done since the last epoch's end."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx train my-pictures",
      "  adapterx train my-scans train.epochs=30 method=lora",
      "  adapterx train my-pictures backbone.path=facebook/dinov2-small --quality best",
      "  adapterx train my-pictures train.time-limit=10",
      "  adapterx train recipe.yaml",
      "  adapterx train recipe.yaml train.lr=0.005 method.scale=1 --out runs/scale1",
      "  adapterx train --resume runs/scale1",
      "  adapterx train --resume runs/scale1 train.lr=0.001",
      "  adapterx train recipe.yaml --ranks 2",
      "  adapterx train recipe.yaml --out shared/run --rank 0 --ranks 8 --rendezvous node0:29400"
    })
final class TrainCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA|RECIPE.yaml",
      description = "A folder or file of images or point clouds, or a recipe.")
  @Nullable String subject;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "What is wanted otherwise, keys with dots as in a recipe.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The run folder; by default runs/DATA-METHOD-1, -2 and so on.")
  @Nullable Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Resume this run.")
  @Nullable Path resume;

  @Option(
      names = "--quality",
      paramLabel = "fast|good|best",
      description =
          "How much time to take: some 150 optimiser steps, some 600 (the default for data without"
              + " a recipe), or Adapter-X, LoRA, LN-tuning and full fine-tuning tried one after the"
              + " other within train.time-limit and the best on held-out samples taken.")
  @Nullable Quality quality;

  @Mixin RankArguments ranks = new RankArguments();

  @Mixin Reports reports = new Reports();

  @Option(
      names = "--verify-frozen",
      description =
          "Hash the backbone's weights before and after training, and fail if a byte changed.")
  boolean verifyFrozen;

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    if (verifyFrozen) {
      overrides.add("train.verify-frozen=true");
    }
    try (Console console = new Console(spec)) {
      if (!ranks.isAlone()) {
        ranked(console, print);
        return Session.DONE;
      }
      if (resume != null && BestTries.are(resume)) {
        if (!changes().isEmpty()) {
          throw new ConfigException(
              "Tries of --quality best go on as they began; leave out: "
                  + String.join(" ", changes()));
        }
        try (BestTries tries = BestTries.existing(resume)) {
          best(tries, console, print);
        }
        return Session.DONE;
      }
      if (resume != null) {
        report(TrainRun.resume(resume, changes(), console), print);
        return Session.DONE;
      }
      Subject named = Subject.of(subject, overrides);
      if (named.isRecipe() && quality == null) {
        report(started(named.recipe(), out, console), print);
        return Session.DONE;
      }
      fitting(named, quality == null ? Quality.GOOD : quality, console, print);
    }
    return Session.DONE;
  }

  /** One of several processes, and without a launcher the one that starts the others. */
  private void ranked(Console console, PrintWriter print) {
    if (quality == Quality.BEST || (resume != null && BestTries.are(resume))) {
      throw new ConfigException(
          "--quality best tries methods one after the other, in one process; leave --ranks out, or"
              + " train the method it chose with --ranks");
    }
    if (!ranks.isLaunched()) {
      ranks.requireHere();
    }
    Recipe recipe = resume == null ? recipe() : Recipe.defaults();
    List<String> changes = resume == null ? List.of() : changes();
    if (ranks.isLaunched()) {
      Rank rank = ranks.rank();
      RunListener listener = rank.isFirst() ? console : stopping(console);
      part(recipe, changes, rank, listener)
          .ifPresentOrElse(
              result -> report(result, print),
              () -> print.println(rank + ": done; rank 0 has the results"));
      return;
    }
    List<String> others = new ArrayList<>(changes);
    String text = "";
    if (resume == null) {
      text = recipe.relativeTo(Path.of("").toAbsolutePath()).yaml();
    } else {
      others.add(0, "--resume=" + resume);
    }
    try (Rendezvous at = Rendezvous.open("127.0.0.1", 0);
        RankProcesses all = RankProcesses.start(ranks.count(), at, ranks.timeout(), text, others)) {
      Rank first =
          RankArguments.versioned(Rank.first(ranks.count(), at, ranks.timeout()))
              .withThreads(RankProcesses.threads(ranks.count()));
      Optional<RunResult> result = part(recipe, changes, first, console);
      all.done();
      result.ifPresent(found -> report(found, print));
    }
  }

  private Optional<RunResult> part(
      Recipe recipe, List<String> changes, Rank rank, RunListener listener) {
    if (resume != null) {
      return RankedRun.resume(resume, changes, rank, listener);
    }
    if (out == null) {
      return RankedRun.start(
          recipe, () -> RunFolder.numbered(Path.of("runs"), name(recipe)), rank, listener);
    }
    return ranks.isLaunched()
        ? RankedRun.startOrResume(recipe, out, rank, listener)
        : RankedRun.start(recipe, out, rank, listener);
  }

  /** The recipe asked for, or the one that suits the data. */
  private Recipe recipe() {
    Subject named = Subject.of(subject, overrides);
    if (named.isRecipe() && quality == null) {
      return named.recipe();
    }
    Quality how = quality == null ? Quality.GOOD : quality;
    FittingRecipe made = FittingRecipe.of(named.keys(), how, named.place());
    made.notes().forEach(this::print);
    spec.commandLine().getOut().flush();
    return made.recipe();
  }

  /** Of a rank that shows nothing, but may be stopped. */
  private static RunListener stopping(Console console) {
    return new RunListener() {
      @Override
      public boolean wantsStop() {
        return console.wantsStop();
      }
    };
  }

  private void fitting(Subject named, Quality how, Console console, PrintWriter print) {
    ObjectNode keys = named.keys();
    if (how == Quality.BEST) {
      List<String> notes = FittingRecipe.of(keys, how, named.place()).notes();
      notes.subList(0, notes.size() - 1).forEach(this::print);
      print(
          "tried, each in a run folder of its own: "
              + BestOf.METHODS.stream()
                  .map(method -> Methods.entry(method, "method").title())
                  .collect(Collectors.joining(", ")));
      print.flush();
      String data = absolute(keys);
      try (BestTries tries = BestTries.create(folderOfTries(data), keys)) {
        best(tries, console, print);
      }
      return;
    }
    FittingRecipe made = FittingRecipe.of(keys, how, named.place());
    made.notes().forEach(this::print);
    print.flush();
    report(started(made.recipe(), out, console), print);
  }

  private RunLock folderOfTries(String data) {
    if (out == null) {
      return RunFolder.numbered(Path.of("runs"), data + "-best");
    }
    try {
      NewFolder.make(out);
    } catch (IOException e) {
      throw new ConfigException("Could not make the folder " + out + ": " + Reason.of(e), e);
    }
    return RunLock.take(out);
  }

  /** Makes the paths absolute; returns the name of the data. */
  private static String absolute(ObjectNode keys) {
    Path here = Path.of("").toAbsolutePath();
    Subject.resolve(keys.path("data"), here);
    Subject.resolve(keys.path("backbone"), here);
    String path = keys.path("data").path("path").asString("");
    return DataRecipe.defaults().withPath(path).name();
  }

  private void best(BestTries tries, Console console, PrintWriter print) {
    BestOf.Outcome best = tries.run(console);
    print.println();
    print(best.text());
    report(best.measured(), print);
  }

  private static RunResult started(Recipe recipe, @Nullable Path folder, Console console) {
    return folder != null
        ? TrainRun.start(recipe, folder, console)
        : TrainRun.start(recipe, () -> RunFolder.numbered(Path.of("runs"), name(recipe)), console);
  }

  /** DATA-METHOD, as run folders are called. */
  private static String name(Recipe recipe) {
    Recipe placed = recipe.relativeTo(Path.of("").toAbsolutePath());
    return placed.data().name() + "-" + placed.method().name();
  }

  /** The changes to a resumed run; the first may be in the place of the data. */
  private List<String> changes() {
    List<String> changes = new ArrayList<>(overrides);
    if (subject != null) {
      changes.add(0, subject);
    }
    if (changes.stream().anyMatch(change -> !change.contains("=")) || quality != null) {
      throw new ConfigException(
          "Give either a recipe or --resume, not both: a run goes on with the recipe it began with,"
              + " perhaps changed by key=value");
    }
    return changes;
  }

  /** Wrapped into lines at word boundaries. */
  private void print(String text) {
    Session.of(spec).screen().folded(text, 0).forEach(spec.commandLine().getOut()::println);
  }

  private void report(RunResult result, PrintWriter out) {
    Path folder = result.folder();
    out.println();
    print(
        result.line() != null
            ? result.line().text()
            : "Nothing was measured, as there is no test split and nothing held out;"
                + " data.hold-out=0.2 holds a fifth out.");
    out.println(
        String.format(
            Locale.ROOT,
            "%.1f s per epoch, peak memory %d MiB",
            result.secondsPerEpoch(),
            result.peakResidentBytes() >> 20));
    out.println("adapter: " + folder.resolve("adapter"));
    out.println("repeat:  adapterx train " + Session.quoted(folder.resolve("recipe.yaml")));
    reports.done(folder.resolve("report.html"), out, spec);
  }
}
