package dev.adapterx.train.run;

import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.Rendezvous;
import dev.adapterx.train.recipe.Recipe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One rank in a process of its own, to be killed. It says each step, and in the end why it ended.
 */
final class RankProcess implements AutoCloseable {
  private static final int SECONDS = 120;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader said;
  private String last = "";

  private RankProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts all ranks. */
  static List<RankProcess> start(int count, Path recipe, Path run) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<RankProcess> all = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      ProcessBuilder builder =
          TrainingProcess.java(
                  RankProcess.class,
                  List.of(recipe.toString(), run.toString(), rank + "", count + "", port + ""))
              .redirectErrorStream(true);
      builder.environment().put("OMP_NUM_THREADS", "1");
      all.add(new RankProcess(builder.start()));
    }
    return all;
  }

  /** Waits for that many further steps; false: it ended before. */
  boolean stepped(int steps) throws IOException {
    int done = 0;
    while (done < steps) {
      String line = said.readLine();
      if (line == null) {
        return false;
      }
      last = line;
      done += line.startsWith("step ") ? 1 : 0;
    }
    return true;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for its end; gives the last line it said. */
  String end() throws IOException, InterruptedException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      last = line;
    }
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("a rank hangs");
    }
    return last;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) {
    Path run = Path.of(arguments[1]);
    int number = Integer.parseInt(arguments[2]);
    int count = Integer.parseInt(arguments[3]);
    int port = Integer.parseInt(arguments[4]);
    RunListener listener =
        new RunListener() {
          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            say("step " + epoch + "." + step);
          }
        };
    try {
      Rank rank =
          number == 0
              ? Rank.first(count, open(port), TIMEOUT)
              : Rank.other(number, count, "127.0.0.1", port, TIMEOUT);
      RankedRun.startOrResume(Recipe.read(Path.of(arguments[0]), List.of()), run, rank, listener);
      say("done");
    } catch (RuntimeException e) {
      say("failed: " + e.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  private static Rendezvous open(int port) {
    return Rendezvous.open("127.0.0.1", port);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
    if (System.out.checkError()) {
      throw new UncheckedIOException(new IOException("no reader is left"));
    }
  }
}
