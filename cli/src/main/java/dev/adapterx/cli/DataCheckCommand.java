package dev.adapterx.cli;

import dev.adapterx.data.DataCheck;
import dev.adapterx.data.DataReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Walks through a data set and says what it is and what is wrong with it. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Walks through all splits of a data set: counts, sizes, formats, broken files, images that"
          + " training and test share, and how it differs from the published task.",
      "",
      "The exit code is 2 when there is a problem; warnings alone leave it 0. Understood are"
          + " VTAB-1k's lists, few-shot lists, a folder per split and class, and a plain folder per"
          + " class. A folder of several data sets is checked one by one."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx data check cifar10",
      "  adapterx data check vtab-1k --no-decode",
      "  adapterx data check cifar10 --json > cifar10.json"
    })
final class DataCheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "The data set, or a folder with several.")
  Path folder;

  @Option(
      names = "--no-decode",
      description = "Trust the images' headers: faster, but finds fewer broken files.")
  boolean trusting;

  @Option(names = "--json", description = "Print JSON: an object, or a list for several data sets.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    int threads = Runtime.getRuntime().availableProcessors();
    List<DataReport> reports =
        DataCheck.dataSets(folder).stream()
            .map(set -> DataCheck.of(set, !trusting, threads))
            .toList();
    if (json) {
      Object value =
          reports.size() == 1
              ? reports.get(0).json()
              : reports.stream().map(DataReport::json).toList();
      out.println(Json.text(value));
    } else {
      reports.forEach(report -> out.println(report.text()));
    }
    return reports.stream().allMatch(DataReport::sound) ? Main.DONE : Main.USERS;
  }
}
