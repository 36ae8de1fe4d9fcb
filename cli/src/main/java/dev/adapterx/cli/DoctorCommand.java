package dev.adapterx.cli;

import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the machine and the engine. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Looks at the machine and the engine.",
      "",
      "Processor and its instruction sets, threads, memory, Java, versions, JavaCPP's cache, which"
          + " precision auto means here, whether a small product comes out right, free disk space.",
      "",
      "Attach what it prints to a report of a defect. The exit code is 1 when the engine does not"
          + " work."
    },
    footer = {"", "Examples:", "  adapterx doctor", "  adapterx doctor --json"})
final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Diagnosis diagnosis = Diagnosis.of(Path.of(""));
    out.print(json ? Json.text(diagnosis) + System.lineSeparator() : text(diagnosis));
    return diagnosis.problems().isEmpty() ? Session.DONE : Session.OURS;
  }

  private static String text(Diagnosis diagnosis) {
    StringBuilder text = new StringBuilder();
    String line = System.lineSeparator();
    diagnosis
        .facts()
        .forEach((name, fact) -> text.append("%-16s %s".formatted(name, fact)).append(line));
    diagnosis.warnings().forEach(w -> text.append("warning: ").append(w).append(line));
    diagnosis.problems().forEach(p -> text.append("problem: ").append(p).append(line));
    return diagnosis.problems().isEmpty() && diagnosis.warnings().isEmpty()
        ? text + "All is well." + line
        : text.toString();
  }
}
