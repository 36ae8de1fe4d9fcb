package dev.adapterx.bench;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.train.report.Columns;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Training steps in 1, 2, … ranks on this machine, each a process with one thread, and the sum of a
 * step's gradients by itself. The network between ranks is the loopback device, which can be slowed
 * from outside (docs/scaling.md).
 */
record RankSpeed(String model, int batch, List<Row> rows) {
  static final String HOST = "127.0.0.1";

  /**
   * One training.
   *
   * @param trained numbers
   * @param step seconds, median
   * @param sum seconds of the sum of as many numbers alone, median
   */
  record Row(String method, int ranks, long trained, double step, double sum) {}

  static RankSpeed measured(
      String model, List<String> methods, List<Integer> ranks, int batch, int steps) {
    List<Row> rows = new ArrayList<>();
    for (String method : methods) {
      for (int count : ranks) {
        JsonNode figures = Settings.json().readTree(run(model, method, count, batch, steps));
        rows.add(
            new Row(
                method,
                count,
                figures.get("trained").longValue(),
                figures.get("step").asDouble(Double.NaN),
                figures.get("sum").doubleValue()));
      }
    }
    return new RankSpeed(model, batch, rows);
  }

  /** Sums alone, of so many numbers. */
  static RankSpeed sums(List<Long> numbers, List<Integer> ranks) {
    return measured("", numbers.stream().map(String::valueOf).toList(), ranks, 1, 0);
  }

  private static String run(String model, String method, int count, int batch, int steps) {
    List<Process> processes = new ArrayList<>();
    try {
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      for (int rank = 0; rank < count; rank++) {
        ProcessBuilder builder =
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                RankSide.class.getName(),
                Integer.toString(rank),
                Integer.toString(count),
                Integer.toString(port),
                model,
                method,
                Integer.toString(batch),
                Integer.toString(steps));
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        if (rank > 0) {
          builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        processes.add(builder.start());
      }
      return figures(processes.get(0), method);
    } catch (IOException e) {
      throw new AdapterXException("Could not run a rank: " + Reason.of(e), e);
    } finally {
      for (Process process : processes) {
        end(process);
      }
    }
  }

  private static void end(Process process) {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  private static String figures(Process first, String method) throws IOException {
    try (BufferedReader said = first.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith("figures ")) {
          return line.substring("figures ".length());
        }
      }
    }
    throw new AdapterXException("The ranks of " + method + " ended without figures");
  }

  String markdown() {
    List<List<String>> table = new ArrayList<>();
    for (Row row : rows) {
      double alone =
          rows.stream()
              .filter(r -> r.method.equals(row.method) && r.ranks == 1)
              .mapToDouble(Row::step)
              .findFirst()
              .orElse(Double.NaN);
      table.add(
          List.of(
              row.method,
              Integer.toString(row.ranks),
              String.format(Locale.ROOT, "%.2f", 4e-6 * row.trained),
              Double.isNaN(row.step) ? "-" : String.format(Locale.ROOT, "%.2f", row.step),
              Double.isNaN(alone) ? "-" : String.format(Locale.ROOT, "%.2f", alone / row.step),
              row.ranks == 1 ? "-" : String.format(Locale.ROOT, "%.1f", 1e3 * row.sum)));
    }
    return (model.isEmpty()
            ? "Sums of numbers by themselves, ranks on one machine:%n%n".formatted()
            : "%s, %d samples a step, ranks of one thread each on one machine:%n%n"
                .formatted(model, batch))
        + new Columns(
                List.of(
                    "method", "ranks", "gradients, MB", "a step, s", "speed", "the sum alone, ms"),
                table)
            .markdown();
  }
}
