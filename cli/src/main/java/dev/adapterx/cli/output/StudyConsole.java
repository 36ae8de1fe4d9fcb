package dev.adapterx.cli.output;

import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.study.Comparison;
import dev.adapterx.train.study.Outcome;
import dev.adapterx.train.study.RunSummary;
import dev.adapterx.train.study.Study;
import dev.adapterx.train.study.StudyListener;
import dev.adapterx.train.study.StudyRun;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** A line per run of a study, and on a terminal a bar for the current one. */
public final class StudyConsole implements StudyListener, AutoCloseable {
  private final PrintWriter err;
  private final Console bar;
  private final Map<String, String> reasons = new HashMap<>();

  public StudyConsole(CommandSpec spec) {
    this.err = spec.commandLine().getErr();
    this.bar = new Console(spec, err);
  }

  /** Runs a study, a line for each of its runs. */
  public static Comparison run(Study study, boolean retry, CommandSpec spec) {
    try (StudyConsole console = new StudyConsole(spec)) {
      Comparison comparison = study.run(console, retry);
      if (!comparison.unfinished().isEmpty()) {
        console.stillGoing(comparison.unfinished());
      }
      console.failed(comparison.failed(), comparison.cells().size());
      return comparison;
    }
  }

  @Override
  public RunListener checking() {
    return new RunListener() {
      @Override
      public void progressed(String file, long done, long total) {
        bar.progressed(file, done, total);
      }
    };
  }

  @Override
  public RunListener started(StudyRun run, int number, int runs, boolean resumed) {
    if (resumed) {
      line("[%d/%d] %s: goes on where it stopped", number, runs, run.name());
    }
    return new RunListener() {
      @Override
      public void stepped(int epoch, int epochs, int step, int steps, double loss) {
        bar.stepped(epoch, epochs, step, steps, loss);
      }

      @Override
      public void progressed(String file, long done, long total) {
        bar.progressed(file, done, total);
      }

      @Override
      public boolean wantsStop() {
        return bar.wantsStop();
      }

      @Override
      public void warned(String message) {
        line("[%d/%d] %s: warning: %s", number, runs, run.name(), message);
      }
    };
  }

  @Override
  public void ended(Outcome outcome, int number, int runs) {
    bar.close();
    RunSummary summary = outcome.summary();
    if (summary == null) {
      String reason = Objects.requireNonNullElse(outcome.reason(), "for reasons it did not say");
      String before = reasons.putIfAbsent(reason, outcome.run().name());
      line(
          "[%d/%d] %s: failed%s%s",
          number,
          runs,
          outcome.run().name(),
          before == null ? ": " : " for the same reason as ",
          before == null ? reason : before);
      return;
    }
    line(
        "[%d/%d] %s: %.2f %%, %.1f s, peak %d MiB",
        number,
        runs,
        outcome.run().name(),
        summary.measured(),
        summary.seconds(),
        summary.peakBytes() >> 20);
  }

  @Override
  public void warned(String message) {
    line("warning: %s", message);
  }

  /** Prints which runs other processes are still working on. */
  public void stillGoing(List<StudyRun> runs) {
    line(
        "Other processes are still working on %d %s; the last of them prints the whole table, as"
            + " does the same command once they are done:",
        runs.size(), runs.size() == 1 ? "run" : "runs");
    runs.forEach(run -> line("  %s (%s)", run.name(), run.folder().path()));
  }

  /** Says it where nothing came of all runs; of one reason alone once more, at the end. */
  public void failed(List<Outcome> failed, int runs) {
    if (failed.size() < runs || runs < 2) {
      return;
    }
    Set<String> all =
        failed.stream().map(o -> String.valueOf(o.reason())).collect(Collectors.toSet());
    line(
        all.size() == 1 ? "All %d runs failed for one reason: %s" : "All %d runs failed.",
        runs,
        all.iterator().next());
  }

  private void line(String format, Object... values) {
    bar.close();
    err.println(String.format(Locale.ROOT, format, values));
    err.flush();
  }

  @Override
  public void close() {
    bar.close();
  }
}
