package dev.adapterx.cli;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.FileNames;
import dev.adapterx.cli.arguments.FolderOptions;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Screen;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.cli.terminal.Stop;
import dev.adapterx.tensor.OutOfMemory;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.ranks.LostRankException;
import dev.adapterx.train.recipe.Recipe;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code adapterx}: wires commands, prints errors, decides the exit code: 0 done, 2 the user's
 * mistake, 1 ours, 130 stopped.
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
      "1:a defect of ours, or of the machine; a rank of a training is gone",
      "2:a mistake in what was asked for; the message says how to fix it",
      "130:stopped by Ctrl-C; a training has saved where it was and says how to go on",
      "143:likewise by SIGTERM (kill, docker stop, a queue's time limit)"
    },
    footer = {
      "",
      "Examples:",
      "  adapterx quickstart",
      "  adapterx quickstart --points",
      "  adapterx data check my-pictures",
      "  adapterx train my-pictures",
      "  adapterx train recipe.yaml --out runs/first",
      "  adapterx evaluate runs/first",
      "  adapterx predict runs/first photos/",
      "  adapterx predict runs/shapes scans/",
      "  adapterx serve --backbone embedded --adapters runs",
      "  adapterx compare my-pictures --methods linear-probe,full,adapter-x --out study",
      "  adapterx params vit_base_patch16_224 --method adapter-x --head 100",
      "  adapterx fetch facebook/dinov2-small",
      "",
      "adapterx COMMAND --help shows more."
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
      ServeCommand.class,
      MethodsCommand.class,
      ParamsCommand.class,
      FetchCommand.class,
      DataCommand.class,
      SuitesCommand.class,
      MergeCommand.class,
      CombineCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Runnable, Session {
  @Spec CommandSpec spec;

  private final InputStream in;
  private final Stop stop;
  private final Screen screen;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  boolean verbose;

  Main(InputStream in, Stop stop, Screen screen) {
    this.in = in;
    this.stop = stop;
    this.screen = screen;
  }

  /** Without a command: help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  public static void main(String[] arguments) {
    // In every locale: names of files and classes must be printed unchanged, and JSON is UTF-8.
    Screen screen = Screen.of(System.err);
    PrintWriter out = screen.writer(System.out);
    PrintWriter err = screen.writer(System.err);
    Stop stop = new Stop();
    // A signal starts the hooks; Java then ends with 128 + its number once all of them are done.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop.want(err), "adapterx-stop"));
    int code = OURS;
    try {
      code = run(new Main(System.in, stop, screen), out, err, arguments);
    } finally {
      stop.over();
    }
    System.exit(code);
  }

  /** Runs a command line that cannot be stopped; returns its exit code. */
  public static int run(InputStream in, PrintWriter out, PrintWriter err, String... arguments) {
    return run(in, out, err, new Stop(), arguments);
  }

  public static int run(
      InputStream in, PrintWriter out, PrintWriter err, Stop stop, String... arguments) {
    return run(new Main(in, stop, Screen.NONE), out, err, arguments);
  }

  private static int run(Main main, PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(main);
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.registerConverter(Path.class, Main::path);
    line.setExecutionStrategy(
        parsed -> {
          FolderOptions.require(parsed);
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler((e, unused) -> misused(e));
    line.setExecutionExceptionHandler(
        (e, command, parsed) ->
            e instanceof StoppedException stopped
                ? stopped(stopped, command)
                : main.failed(
                    OutOfMemory.of(e).map(Exception.class::cast).orElse(e), command.getErr()));
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError e) {
      return main.failed(OutOfMemory.of(e).orElseThrow(), err);
    } catch (LinkageError e) {
      return main.failed(notLoaded(e), err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' can be no path: " + FileNames.reason(e));
    }
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public Stop stop() {
    return stop;
  }

  @Override
  public Screen screen() {
    return screen;
  }

  private static Optional<Object> valueOf(CommandLine command, String option) {
    return Optional.ofNullable(command.getCommandSpec().findOption(option))
        .map(CommandLine.Model.OptionSpec::getValue);
  }

  private static int stopped(StoppedException stopped, CommandLine command) {
    PrintWriter err = command.getErr();
    Session.of(command.getCommandSpec())
        .screen()
        .folded("adapterx: " + stopped.getMessage() + ". To go on:", 0)
        .forEach(err::println);
    String name = command.getCommandSpec().qualifiedName();
    boolean resumes =
        command.getCommandSpec().findOption("--resume") != null
            && valueOf(command, "--rank").isEmpty(); // a launcher starts all ranks alike
    String ranks = valueOf(command, "--ranks").map(count -> " --ranks " + count).orElse("");
    err.println(
        "  "
            + (resumes
                ? name + " --resume " + Session.quoted(stopped.run()) + ranks
                : "the same command again"));
    err.flush();
    return STOPPED;
  }

  /** One line with the error and one about help; the whole help would hide the error. */
  private static int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("adapterx: " + reason(e));
    if (e instanceof UnmatchedArgumentException unmatched) {
      printKeys(unmatched, err);
    }
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return USERS;
  }

  /** An unknown word in place of a command. */
  private static String reason(ParameterException e) {
    boolean noCommand =
        e instanceof UnmatchedArgumentException unmatched
            && e.getCommandLine().getParent() == null
            && !unmatched.getUnmatched().get(0).startsWith("-");
    return noCommand
        ? "There is no command '" + ((UnmatchedArgumentException) e).getUnmatched().get(0) + "'"
        : String.valueOf(e.getMessage());
  }

  /** A recipe's key may have been given as if it were an option. */
  private static void printKeys(UnmatchedArgumentException e, PrintWriter err) {
    boolean recipes =
        e.getCommandLine().getCommandSpec().positionalParameters().stream()
            .anyMatch(parameter -> parameter.paramLabel().equals("key=value"));
    for (String argument : recipes ? e.getUnmatched() : List.<String>of()) {
      if (argument.startsWith("--")) {
        String[] parts = argument.substring(2).split("=", 2);
        String value = parts.length > 1 ? parts[1] : "VALUE";
        Recipe.keysNamed(parts[0])
            .forEach(
                key ->
                    err.println("A recipe's keys are given without dashes: " + key + "=" + value));
      }
    }
  }

  private int failed(Exception exception, PrintWriter err) {
    boolean users = exception instanceof AdapterXException;
    String text =
        users
            ? "adapterx: " + exception.getMessage()
            : "adapterx: a defect of ours, please report it: "
                + exception.getClass().getSimpleName()
                + ": "
                + exception.getMessage();
    text.lines().flatMap(line -> screen.folded(line, 0).stream()).forEach(err::println);
    if (verbose) {
      exception.printStackTrace(err);
    } else if (!users) {
      err.println("adapterx: run again with --verbose for the place in the code");
    }
    err.flush();
    return users && !(exception instanceof LostRankException) ? USERS : OURS;
  }

  private static Exception notLoaded(LinkageError e) {
    Throwable cause = e.getCause();
    return cause instanceof AdapterXException told
        ? told
        : new AdapterXException(
            "The engine (libtorch) could not be loaded: "
                + (cause == null ? e : cause)
                + ". Look at 'adapterx doctor'; natives exist for 64-bit Linux and Windows on x86"
                + " and for macOS on ARM",
            e);
  }
}
