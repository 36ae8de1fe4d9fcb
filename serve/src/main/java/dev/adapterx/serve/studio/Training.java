package dev.adapterx.serve.studio;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One training: a process, its progress and its end. */
final class Training {
  /** What it is at. */
  enum State {
    RUNNING,
    STOPPING,
    STOPPED,
    DONE,
    FAILED
  }

  private static final int MOST_LINES = 40;
  private static final long SECONDS_TO_STOP = 30;
  private static final Pattern OF = Pattern.compile("^epoch (\\d+)/(\\d+)\\b.*");
  private static final Path NICE = Path.of("/usr/bin/nice");

  private final String adapter;
  private final Path run;
  private final Runnable whenDone;
  private final Process process;
  private final Deque<String> lines = new ArrayDeque<>();
  private State state = State.RUNNING;
  private int epochs;

  /**
   * Starts.
   *
   * @param command the program and all its arguments
   * @param run the folder that it makes
   * @param whenDone what follows a good end, before the state says so
   * @throws AdapterXException when the program cannot be started
   */
  Training(String adapter, List<String> command, Path run, Runnable whenDone) {
    this.adapter = adapter;
    this.run = run;
    this.whenDone = whenDone;
    List<String> all = new ArrayList<>();
    if (Files.isExecutable(NICE)) { // requests come first
      all.addAll(List.of(NICE.toString(), "-n", "10"));
    }
    all.addAll(command);
    try {
      this.process = new ProcessBuilder(all).redirectErrorStream(true).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new AdapterXException("Could not start the training: " + Reason.of(e), e);
    }
    Thread reader = new Thread(this::follow, "adapterx-studio");
    reader.setDaemon(true);
    reader.start();
  }

  private void follow() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        noted(line);
      }
      ended(process.waitFor());
    } catch (IOException | InterruptedException e) {
      process.destroy();
      noted("The training's output was lost: " + Reason.of(e));
      end(State.FAILED);
    }
  }

  private synchronized void noted(String line) {
    Matcher epoch = OF.matcher(line);
    if (epoch.matches()) {
      epochs = Integer.parseInt(epoch.group(2));
    }
    if (!line.isBlank()) {
      lines.add(line);
      if (lines.size() > MOST_LINES) {
        lines.remove();
      }
    }
  }

  private void ended(int code) {
    if (code == 0) {
      try {
        whenDone.run();
        end(State.DONE);
      } catch (RuntimeException e) {
        noted(Reason.of(e));
        end(State.FAILED);
      }
    } else {
      end(state() == State.STOPPING ? State.STOPPED : State.FAILED);
    }
  }

  private synchronized void end(State how) {
    state = how;
  }

  synchronized State state() {
    return state;
  }

  boolean isRunning() {
    return state() == State.RUNNING || state() == State.STOPPING;
  }

  /** Asks it to stop, which it does after the step it is at. */
  void stop() {
    synchronized (this) {
      if (state != State.RUNNING) {
        return;
      }
      state = State.STOPPING;
    }
    // By its handle: Process.destroy closes the streams too, and the last lines would be lost.
    process.toHandle().destroy();
  }

  /** Stops it and waits, but not for ever. */
  void close() {
    stop();
    try {
      if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** As JSON: what it trains, how far it is, the figures of each epoch, its last lines. */
  Map<String, Object> json() {
    List<JsonNode> curve = curve();
    Map<String, Object> json = new LinkedHashMap<>();
    synchronized (this) {
      json.put("adapter", adapter);
      json.put("state", state.name().toLowerCase(java.util.Locale.ROOT));
      json.put("epochs", Math.max(epochs, curve.size()));
      json.put("curve", curve);
      json.put("lines", List.copyOf(lines));
    }
    return json;
  }

  /** The lines of the run's log of epochs that are whole. */
  private List<JsonNode> curve() {
    Path log = run.resolve("metrics.jsonl");
    List<JsonNode> curve = new ArrayList<>();
    try {
      if (Files.isRegularFile(log)) {
        for (String line : Files.readAllLines(log)) {
          JsonNode epoch = parsed(line);
          if (epoch != null) {
            curve.add(epoch);
          }
        }
      }
    } catch (IOException e) {
      return curve; // being written; it is whole the next time
    }
    return curve;
  }

  private static @Nullable JsonNode parsed(String line) {
    try {
      return line.isBlank() ? null : Settings.json().readTree(line);
    } catch (JacksonException e) {
      return null; // half a line, of an epoch that is being written
    }
  }
}
