package dev.adapterx.cli;

import dev.adapterx.base.AdapterXException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code adapterx}: wires commands, prints errors, decides the exit code: 0 done, 2 the user's
 * mistake, 1 ours.
 */
@Command(
    name = "adapterx",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Parameter-efficient fine-tuning of vision foundation models on the JVM, for images and"
          + " point clouds."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a defect of ours, or of the machine",
      "2:a mistake in what was asked for; the message says how to mend it"
    },
    footer = {
      "",
      "Examples:",
      "  adapterx quickstart",
      "  adapterx quickstart --points",
      "  adapterx data check cifar10",
      "  adapterx params vit_base_patch16_224 --method adapter-x --head 100",
      "  adapterx fetch facebook/dinov2-small",
      "  adapterx train recipe.yaml --out runs/first",
      "  adapterx compare recipe.yaml --methods linear-probe,full,adapter-x --out study",
      "  adapterx evaluate runs/first",
      "  adapterx predict runs/first photos/",
      "  adapterx predict runs/shapes scans/",
      "",
      "adapterx COMMAND --help tells more."
    },
    subcommands = {
      QuickstartCommand.class,
      PretrainCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      AblateCommand.class,
      CompareCommand.class,
      TuneCommand.class,
      ResultsCommand.class,
      PredictCommand.class,
      MethodsCommand.class,
      ParamsCommand.class,
      FetchCommand.class,
      DataCommand.class,
      SuitesCommand.class,
      MergeCommand.class,
      CombineCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  /** What went well. */
  static final int DONE = 0;

  /** What went wrong, and is ours. */
  static final int OURS = 1;

  /** What went wrong, and is the user's to mend. */
  static final int USERS = 2;

  private final InputStream in;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  boolean verbose;

  private Main(InputStream in) {
    this.in = in;
  }

  public static void main(String[] arguments) {
    System.exit(
        run(
            System.in,
            // Whatever the locale: names of files and classes must come out whole, and JSON is
            // UTF-8.
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments));
  }

  /** Runs a command line and gives its exit code. */
  static int run(InputStream in, PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main(in);
    CommandLine line = new CommandLine(main);
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.setParameterExceptionHandler((e, unused) -> misused(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, command.getErr()));
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError e) {
      return main.failed(outOfMemory(e), err);
    } catch (LinkageError e) {
      return main.failed(notLoaded(e), err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Where commands read what is piped into them. */
  InputStream in() {
    return in;
  }

  /** One line on what is wrong and one on where help is; the whole help would hide the first. */
  private static int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("adapterx: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return USERS;
  }

  private int failed(Exception exception, PrintWriter err) {
    boolean users = exception instanceof AdapterXException;
    err.println(
        users
            ? "adapterx: " + exception.getMessage()
            : "adapterx: a defect of ours, please report it: "
                + exception.getClass().getSimpleName()
                + ": "
                + exception.getMessage());
    if (verbose) {
      exception.printStackTrace(err);
    } else if (!users) {
      err.println("adapterx: run again with --verbose for the place in the code");
    }
    err.flush();
    return users ? USERS : OURS;
  }

  private static AdapterXException outOfMemory(OutOfMemoryError e) {
    return new AdapterXException(
        "Out of memory: "
            + e.getMessage()
            + ". The Java heap has "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB; give it more with ADAPTERX_HEAP=4g (java -Xmx4g), or lower train.batch, train.micro-batch or data.cache-megabytes",
        e);
  }

  private static Exception notLoaded(LinkageError e) {
    Throwable cause = e.getCause();
    return cause instanceof AdapterXException told
        ? told
        : new AdapterXException(
            "The engine (libtorch) could not be loaded: "
                + (cause == null ? e : cause)
                + ". Look at 'adapterx doctor'; natives exist for 64-bit Linux and Windows on x86 and for macOS on ARM",
            e);
  }
}
