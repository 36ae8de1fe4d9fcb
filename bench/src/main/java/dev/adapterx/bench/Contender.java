package dev.adapterx.bench;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Settings;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A process that runs a case on command; see {@link OwnSide} for the protocol. It is idle between
 * its rounds and so does not disturb the other.
 */
final class Contender implements AutoCloseable {
  /** It could not be started, or failed: the reason in a line. */
  static final class FailedException extends AdapterXException {
    private static final long serialVersionUID = 1;

    FailedException(String reason) {
      super(reason);
    }
  }

  private final Process process;
  private final BufferedReader said;
  private final Writer asked;
  private final JsonNode ready;

  private Contender(Process process) {
    this.process = process;
    this.said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.asked =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.ready = answer("ready ");
  }

  /**
   * Starts a process and waits until it has warmed up.
   *
   * @param log receives its standard error
   * @throws FailedException when it fails
   */
  static Contender start(List<String> command, int threads, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new FailedException("could not be run: " + e.getMessage());
    }
    try {
      return new Contender(process);
    } catch (FailedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Its description of itself when it was ready. */
  JsonNode ready() {
    return ready;
  }

  /** Samples per second over at least this many seconds. */
  double round(double seconds) {
    ask("round " + seconds);
    JsonNode did = answer("");
    return did.path("samples").asDouble() / did.path("seconds").asDouble();
  }

  /** Ends it; returns its largest resident set in bytes. */
  long end() {
    ask("end");
    return answer("").path("peak").asLong();
  }

  private void ask(String line) {
    try {
      asked.write(line + "\n");
      asked.flush();
    } catch (IOException e) {
      throw new FailedException("ended prematurely");
    }
  }

  private JsonNode answer(String prefix) {
    try {
      while (true) {
        String line = said.readLine();
        if (line == null) {
          throw new FailedException("ended without a word, exit code " + exitCode());
        }
        if (line.startsWith("failed ")) {
          throw new FailedException(line.substring("failed ".length()));
        }
        if (line.startsWith(prefix)) { // other lines are output of libraries
          return Settings.json().readTree(line.substring(prefix.length()));
        }
      }
    } catch (JacksonException e) {
      throw new FailedException("gave an unexpected reply: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int exitCode() {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    exitCode();
  }
}
