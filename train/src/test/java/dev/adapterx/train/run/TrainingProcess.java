package dev.adapterx.train.run;

import dev.adapterx.base.WholeFile;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A training in a process of its own, to be killed. It begins or goes on, waits for leave once it
 * is about to train, and says each step.
 */
final class TrainingProcess implements AutoCloseable {
  private static final int SECONDS = 120;

  private final Process process;
  private final BufferedReader said;
  private String part = "";

  private TrainingProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts Java with a main class of the tests. */
  static ProcessBuilder java(Class<?> main, List<String> arguments) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /**
   * @param recipe a file; its paths absolute
   */
  static TrainingProcess start(Path recipe, Path run) throws IOException {
    return new TrainingProcess(
        java(TrainingProcess.class, List.of(recipe.toString(), run.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** The name under which it writes {@code file}; once it is ready. */
  Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + part);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it is about to train; false: it ended before. */
  boolean isReady() throws IOException {
    part = String.valueOf(said.readLine());
    return part.startsWith(".part-");
  }

  void go() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Waits for that many further steps; false: it ended before. */
  boolean stepped(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      String line = said.readLine();
      if (line == null) {
        return false;
      }
    }
    return true;
  }

  /** Waits until it has said nothing for a while; false: it ended. */
  boolean isSilent() throws IOException, InterruptedException {
    for (int quiet = 0; quiet < 20; quiet++) {
      TimeUnit.MILLISECONDS.sleep(20);
      while (said.ready() && said.readLine() != null) {
        quiet = 0;
      }
    }
    return process.isAlive();
  }

  /** Does something once it is no more. */
  void atEnd(Runnable work) {
    process.onExit().thenRun(work);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for its end; gives the exit code. */
  int end() throws IOException, InterruptedException {
    while (said.readLine() != null) {
      // Steps.
    }
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the training hangs");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) {
    Path run = Path.of(arguments[1]);
    RunListener listener =
        new RunListener() {
          @Override
          public void started(Map<String, String> facts, int batch, String noun) {
            say(String.valueOf(WholeFile.beside(Path.of("")).getFileName()));
            waitForLeave();
          }

          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            say("epoch " + epoch + " step " + step);
          }
        };
    if (Files.exists(run.resolve("recipe.yaml"))) {
      TrainRun.resume(run, listener);
    } else {
      TrainRun.start(Recipe.read(Path.of(arguments[0]), List.of()), run, listener);
    }
    System.exit(0);
  }

  private static void say(@Nullable String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void waitForLeave() {
    try {
      new InputStreamReader(System.in, StandardCharsets.UTF_8).read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
