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
          + " the test accuracy after the last epoch.",
      "",
      "Runs of one method with as many trained parameters on one backbone and data set are one row."
          + " Percentages are of the backbone without any head, heads counted as trained.",
      "",
      "Of a folder that compare, ablate or tune --record wrote, the tables of that study: as far as"
          + " it has come, without data and weights."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx results runs",
      "  adapterx results runs/full-0 runs/full-1 runs/full-2",
      "  adapterx results docs/studies/vtab7-112/test"
    })
final class ResultsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN|FOLDER",
      description = "Run folders, or folders that hold them; or one folder of records.")
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
      ComparisonFiles recorded = new ComparisonFiles(new RecordFolder(runs.get(0)).comparison());
      if (written != null) {
        recorded.write(written);
      }
      out.print(json ? recorded.json() : recorded.markdown());
      return Session.DONE;
    }
    if (written != null) {
      throw new ConfigException(
          "--out: writes the tables of a folder of records, which compare --record makes; expected"
              + " one such folder, found "
              + runs);
    }
    List<Results.Row> rows = Results.of(runs);
    if (json) {
      out.println(Json.text(rows));
      return Session.DONE;
    }
    Table table =
        new Table(
            "backbone", "data", "method", "trained", "of backbone", "runs", "accuracy", "each");
    for (Results.Row row : rows) {
      table.row(
          row.group().backbone(),
          row.group().data(),
          row.group().method(),
          Table.count(row.group().trainable()),
          String.format(Locale.ROOT, "%.3f %%", row.group().percent()),
          Integer.toString(row.accuracies().size()),
          row.accuracies().size() == 1
              ? fixed(row.mean())
              : fixed(row.mean()) + " ± " + fixed(row.std()),
          row.accuracies().stream().map(ResultsCommand::fixed).collect(Collectors.joining(" ")));
    }
    out.print(table.text());
    return Session.DONE;
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
