package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.result.Results;
import dev.adapterx.train.study.ComparisonFiles;
import dev.adapterx.train.study.RecordFolder;
import dev.adapterx.train.text.Table;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares finished runs. */
@Command(
    name = "results",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Puts finished runs side by side: mean and sample standard deviation over seeds or folds of"
          + " what was measured on the test split after the last epoch.",
      "",
      "Runs of one method with as many trained parameters on one backbone and data set are one row."
          + " Percentages are of the backbone without any head, heads counted as trained.",
      "",
      "Of a folder that compare, ablate or tune --record wrote, the tables of that study: as far as"
          + " it has come, without data and weights.",
      "",
      "A run that measured nothing, or a file that is damaged, is named and left out; the exit code"
          + " is 0 as long as there is something to show."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx results runs",
      "  adapterx results study",
      "  adapterx results runs/full-0 runs/full-1 runs/full-2",
      "  adapterx results docs/studies/vtab7-112/test"
    })
final class ResultsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN|FOLDER",
      description =
          "Run folders, or folders that hold them, a study's too; or one folder of records.")
  List<Path> runs = List.of();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Of records: write tables, chart and report there as well, as compare does.")
  @Nullable Path written;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (runs.size() == 1
        && !Results.hasAny(runs.get(0))
        && new RecordFolder(runs.get(0)).hasAny()) {
      RecordFolder.Found found = new RecordFolder(runs.get(0)).found();
      ComparisonFiles recorded = new ComparisonFiles(found.comparison());
      if (written != null) {
        recorded.write(written);
      }
      out.print(json ? recorded.json() : recorded.markdown());
      tell(found.leftOut(), found.comparison().cells().size() + found.leftOut().size(), "record");
      return Session.DONE;
    }
    if (written != null) {
      throw new ConfigException(
          "--out: writes the tables of a folder of records, which compare --record makes; expected"
              + " one such folder, found "
              + runs);
    }
    Results.Found found = Results.of(runs);
    if (json) {
      out.println(Json.text(found.rows()));
    } else {
      out.print(text(found.rows()));
    }
    tell(found.leftOut(), found.runs(), "run");
    return Session.DONE;
  }

  private void tell(List<String> leftOut, int all, String noun) {
    if (leftOut.isEmpty()) {
      return;
    }
    spec.commandLine().getOut().flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "warning: %d of %d %ss %s left out:"
            .formatted(leftOut.size(), all, noun, leftOut.size() == 1 ? "is" : "are"));
    leftOut.forEach(line -> err.println("  " + line));
  }

  /** A column of one score has its name; of several, each row has it. */
  private static String text(List<Results.Row> rows) {
    List<String> scores = rows.stream().map(row -> row.group().score()).distinct().toList();
    boolean one = scores.size() == 1;
    List<String> head = new ArrayList<>(List.of("backbone", "data", "method"));
    head.addAll(List.of("trained", "of backbone", "runs"));
    head.addAll(one ? scores : List.of("score", "mean"));
    head.add("each");
    Table table = new Table(head.toArray(String[]::new));
    for (Results.Row row : rows) {
      Results.Group group = row.group();
      List<String> cells =
          new ArrayList<>(List.of(group.backbone(), group.data(), method(row, rows)));
      cells.add(Table.count(group.trainable()));
      cells.add(String.format(Locale.ROOT, "%.3f %%", group.percent()));
      cells.add(Integer.toString(row.accuracies().size()));
      if (!one) {
        cells.add(group.score());
      }
      cells.add(
          row.accuracies().size() == 1
              ? fixed(row.mean())
              : fixed(row.mean()) + " ± " + fixed(row.std()));
      cells.add(
          row.accuracies().stream().map(ResultsCommand::fixed).collect(Collectors.joining(" ")));
      table.row(cells.toArray(String[]::new));
    }
    return table.text();
  }

  /** Rows of other settings alone are told apart by where their first run lies. */
  private static String method(Results.Row row, List<Results.Row> rows) {
    Results.Group group = row.group();
    long same =
        rows.stream()
            .map(Results.Row::group)
            .filter(
                other ->
                    other.backbone().equals(group.backbone())
                        && other.data().equals(group.data())
                        && other.method().equals(group.method())
                        && other.score().equals(group.score()))
            .filter(other -> other.trainable() == group.trainable())
            .count();
    Path run = Path.of(row.runs().get(0)).toAbsolutePath().normalize();
    int names = run.getNameCount();
    return same == 1
        ? group.method()
        : group.method() + " (" + run.subpath(Math.max(0, names - 2), names) + ")";
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
