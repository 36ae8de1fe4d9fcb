package dev.adapterx.cli.output;

import dev.adapterx.cli.terminal.Bar;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.loop.RunListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Shows a run: its description, a line per epoch, and on a terminal a bar with speed and remaining
 * time.
 */
public final class Console implements RunListener, AutoCloseable {
  /** Figures of an epoch's line, by their key in metrics.csv, which has further ones. */
  private static final Map<String, String> PERCENTAGES =
      Map.of("train-accuracy", "train", "val-accuracy", "val", "test-accuracy", "test");

  private final Session main;
  private final PrintWriter out;
  private final FetchBar fetching;
  private @Nullable Bar bar;
  private boolean header = true;
  private boolean another;
  private int batch = 1;
  private String unit = "samples";

  /** Prints to standard output. */
  public Console(CommandSpec spec) {
    this(spec, spec.commandLine().getOut());
  }

  /** Prints to a writer. */
  public Console(CommandSpec spec, PrintWriter out) {
    this.main = Session.of(spec);
    this.out = out;
    this.fetching = new FetchBar(spec);
  }

  /** With one line before each run. */
  public Console epochsOnly() {
    header = false;
    return this;
  }

  @Override
  public void started(Map<String, String> header, int batch, String noun) {
    this.batch = batch;
    this.unit = noun;
    close();
    if (this.header) {
      if (another) {
        out.println();
      }
      int width = header.keySet().stream().mapToInt(String::length).max().orElse(0);
      header.forEach(
          (key, value) -> {
            String line = key + " ".repeat(width - key.length() + 2) + value;
            main.screen().folded(line, width + 2).forEach(out::println);
          });
    } else {
      out.println();
      out.println(header.get("method") + ": " + header.get("parameters"));
    }
    another = true;
    out.flush();
  }

  @Override
  public void stepped(int epoch, int epochs, int step, int steps, double loss) {
    long done = ((long) (epoch - 1) * steps + step) * batch;
    if (bar == null) {
      bar =
          new Bar(
              main.screen(),
              done - batch,
              (long) epochs * steps * batch,
              rate -> String.format(Locale.ROOT, "%.3g %s/s", rate, unit));
    }
    bar.at("epoch " + epoch + "/" + epochs, done, "loss " + three(loss));
  }

  @Override
  public void progressed(String file, long done, long total) {
    fetching.progressed(file, done, total);
  }

  @Override
  public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
    StringBuilder line = new StringBuilder("epoch " + epoch + "/" + epochs);
    metrics.forEach(
        (key, value) -> {
          if (!(value instanceof Double figure)) {
            return;
          }
          String name = PERCENTAGES.get(key);
          if (name != null) {
            line.append(String.format(Locale.ROOT, "  %s %.1f %%", name, figure));
          } else if (key.equals("loss")) {
            line.append("  loss ").append(three(figure));
          }
        });
    if (metrics.get("seconds") instanceof Double seconds) {
      line.append(String.format(Locale.ROOT, seconds < 100 ? "  %.1f s" : "  %.0f s", seconds));
    }
    out.println(line);
    out.flush();
  }

  /** Three digits. */
  private static String three(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  @Override
  public boolean wantsStop() {
    return main.stop().isWanted();
  }

  @Override
  public void warned(String message) {
    main.screen().folded("warning: " + message, 0).forEach(out::println);
    out.flush();
  }

  @Override
  public void close() {
    fetching.close();
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
