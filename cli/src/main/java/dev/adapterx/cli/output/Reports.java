package dev.adapterx.cli.output;

import dev.adapterx.cli.terminal.Viewer;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The last line of commands that leave a report: where it is. */
public final class Reports {
  @Option(names = "--open", description = "Open the report in the browser when it is written.")
  boolean open;

  /** Prints the path of a report, and opens it if requested. */
  public void done(Path report, PrintWriter print, CommandSpec spec) {
    print.println("report:  " + report.toAbsolutePath().normalize().toUri());
    print.flush();
    if (open) {
      Viewer.here()
          .open(report)
          .ifPresent(
              problem -> {
                PrintWriter err = spec.commandLine().getErr();
                err.println("adapterx: could not open the report: " + problem);
                err.flush();
              });
    }
  }
}
