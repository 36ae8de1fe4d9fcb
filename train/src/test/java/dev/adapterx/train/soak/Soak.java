package dev.adapterx.train.soak;

import dev.adapterx.peft.Methods;
import dev.adapterx.scenes.images.QuickstartImages;
import dev.adapterx.scenes.shapes.QuickstartShapes;
import dev.adapterx.testing.FakeHub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains, measures and predicts in one process again and again, and writes down what the process
 * holds, as CSV.
 */
final class Soak {
  static final int MODEL_BYTES = 300_000;

  /** Seconds between two readings in a long soak. */
  private static final double EVERY = 30;

  /** However long all takes. */
  private static final int READINGS = 16;

  private Soak() {}

  /**
   * @param arguments an empty folder, the file for the figures, minutes, and methods with commas
   *     between them, or {@code all}
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    double seconds = 60 * Double.parseDouble(arguments[2]);
    List<String> methods =
        arguments[3].equals("all") ? Methods.entries() : List.of(arguments[3].split(","));
    new QuickstartImages(1).writeTo(folder.resolve("images"), 2, 1);
    new QuickstartShapes(1).writeTo(folder.resolve("clouds"), 2, 1);
    double every = Math.min(EVERY, seconds / (4 * READINGS));
    try (FakeHub server = FakeHub.started();
        PrintWriter figures =
            new PrintWriter(
                Files.newBufferedWriter(Path.of(arguments[1]), StandardCharsets.UTF_8), true)) {
      server.repo("org/model").with("model.safetensors", new byte[MODEL_BYTES]);
      figures.println(Gauges.header());
      long began = System.nanoTime();
      double last = 0;
      int turns = 0;
      int readings = 0;
      while (last < seconds || readings < READINGS) {
        new Turn(turns++, folder, methods, server).go();
        double now = (System.nanoTime() - began) / 1e9;
        if (now >= last + every) {
          last = now;
          readings++;
          figures.println(Gauges.read(now, turns, folder, seconds < 600).line());
        }
      }
    }
    System.exit(0);
  }
}
