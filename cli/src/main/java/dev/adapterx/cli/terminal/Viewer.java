package dev.adapterx.cli.terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The program that opens files on this machine.
 *
 * @param command to which the file is appended
 */
public record Viewer(List<String> command) {
  private static final int PATIENCE = 5;

  public Viewer {
    command = List.copyOf(command);
  }

  /** The default program of the desktop. */
  public static Viewer here() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.contains("win")) {
      return new Viewer(List.of("cmd", "/c", "start", ""));
    }
    return new Viewer(List.of(system.contains("mac") ? "open" : "xdg-open"));
  }

  /** Opens a file without waiting for the program; returns the error, if any. */
  public Optional<String> open(Path file) {
    List<String> words = new ArrayList<>(command);
    words.add(file.toAbsolutePath().toString());
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(PATIENCE, TimeUnit.SECONDS) && process.exitValue() != 0
          ? Optional.of(command.get(0) + " found nothing to open it with")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of("there is no " + command.get(0) + " on this machine");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
