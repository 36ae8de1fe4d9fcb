package dev.adapterx.cli;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.train.ranks.Rendezvous;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ranks 1, 2, … of a training on this machine, as processes of this program; this process is rank
 * 0. They end with it: by its word, or when its connections close.
 */
final class RankProcesses implements AutoCloseable {
  private static final String THREADS = "OMP_NUM_THREADS";
  private static final int END_SECONDS = 30;
  private static final int FAILED_SECONDS = 3;

  private final List<Process> processes = new ArrayList<>();
  private final Path folder;
  private int patience = FAILED_SECONDS;

  private RankProcesses(Path folder) {
    this.folder = folder;
  }

  /** Threads of a rank on this machine; 0: as many as the environment says. */
  static int threads(int ranks) {
    return System.getenv(THREADS) != null
        ? 0
        : Math.max(1, Runtime.getRuntime().availableProcessors() / ranks);
  }

  /**
   * Starts them.
   *
   * @param count of all ranks, this process included
   * @param recipe YAML that all train by; empty: {@code arguments} say it
   * @param arguments of {@code adapterx train}
   */
  static RankProcesses start(
      int count, Rendezvous at, Duration timeout, String recipe, List<String> arguments) {
    RankProcesses all = new RankProcesses(folder());
    try {
      List<String> what = new ArrayList<>();
      if (!recipe.isEmpty()) {
        Path file = all.folder.resolve("recipe.yaml");
        Files.writeString(file, recipe);
        what.add(file.toString());
      }
      what.addAll(arguments);
      for (int rank = 1; rank < count; rank++) {
        all.start(rank, count, at, timeout, what);
      }
      return all;
    } catch (IOException e) {
      all.close();
      throw new AdapterXException("Could not start the ranks' processes: " + Reason.of(e), e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("adapterx-ranks");
    } catch (IOException e) {
      throw new AdapterXException("Could not make a temporary folder: " + Reason.of(e), e);
    }
  }

  private void start(int rank, int count, Rendezvous at, Duration timeout, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(OwnProgram.command("train"));
    command.addAll(arguments);
    command.addAll(
        List.of(
            "--rank=" + rank,
            "--ranks=" + count,
            "--rendezvous=" + at.host() + ":" + at.port(),
            "--rank-timeout=" + timeout.toSeconds()));
    Path errors = folder.resolve("rank-" + rank + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile());
    if (threads(count) > 0) {
      builder.environment().put(THREADS, Integer.toString(threads(count)));
    }
    Process process = builder.start();
    processes.add(process);
    CompletableFuture<Void> unused =
        process
            .onExit()
            .thenAccept(
                ended ->
                    at.abandon(
                        "Rank %d ended with exit code %d before it had met the others. It said: %s"
                            .formatted(rank, ended.exitValue(), said(errors))));
  }

  private static String said(Path errors) {
    try {
      String text = Files.readString(errors).strip();
      return text.isEmpty() ? "nothing" : text;
    } catch (IOException e) {
      return "nothing that could be read";
    }
  }

  /** Rank 0 is done, and the others end by themselves. */
  void done() {
    patience = END_SECONDS;
  }

  @Override
  public void close() {
    try {
      if (!haveEnded(patience)) {
        processes.forEach(Process::destroy);
        if (!haveEnded(FAILED_SECONDS)) {
          processes.forEach(Process::destroyForcibly);
          haveEnded(END_SECONDS);
        }
      }
      delete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      processes.forEach(Process::destroyForcibly);
    } catch (IOException e) {
      throw new AdapterXException("Could not remove " + folder + ": " + Reason.of(e), e);
    }
  }

  private boolean haveEnded(int seconds) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (Process process : processes) {
      if (!process.waitFor(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return true;
  }

  private void delete() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.delete(folder);
  }
}
