package dev.adapterx.cli;

import dev.adapterx.base.AdapterXException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * {@code adapterx}: wires commands, prints errors, decides the exit code: 0 done, 2 the user's
 * mistake, 1 ours.
 */
@Command(
    name = "adapterx",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Parameter-efficient fine-tuning of vision foundation models on the JVM.",
    subcommands = {TrainCommand.class, CommandLine.HelpCommand.class})
public final class Main {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  boolean verbose;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command line and gives its exit code. */
  static int run(String... arguments) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          PrintWriter err = command.getErr();
          boolean users = exception instanceof AdapterXException;
          String name = exception.getClass().getSimpleName();
          String message = exception.getMessage();
          err.println(
              users
                  ? "adapterx: " + message
                  : "adapterx: a defect of ours, please report it: " + name + ": " + message);
          if (main.verbose || !users) {
            hint(main.verbose, exception, err);
          }
          err.flush();
          return users ? 2 : 1;
        });
    return line.execute(arguments);
  }

  private static void hint(boolean verbose, Exception exception, PrintWriter err) {
    if (verbose) {
      exception.printStackTrace(err);
    } else {
      err.println("adapterx: run again with --verbose for the place in the code");
    }
  }
}
