package dev.adapterx.cli;

import dev.adapterx.train.RunListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run on the terminal: a bar with throughput and ETA where there is one, a line per epoch
 * anywhere.
 */
final class Console implements RunListener, AutoCloseable {
  private final PrintWriter out;
  private final Stop stop;
  // The launcher looks: Java 17 cannot tell a terminal from a pipe, Java 22 answers differently.
  private final boolean terminal = Boolean.getBoolean("adapterx.terminal");
  private final FetchBar fetching;
  private @Nullable ProgressBar bar;
  private boolean facts = true;
  private int batch = 1;
  private String unit = "samples";

  Console(PrintWriter out, Stop stop) {
    this.out = out;
    this.fetching = new FetchBar(out);
    this.stop = stop;
  }

  /** Without the list of facts before each run. */
  Console epochsOnly() {
    facts = false;
    return this;
  }

  @Override
  public void started(Map<String, String> facts, int batch, String noun) {
    this.batch = batch;
    this.unit = noun;
    close();
    if (!this.facts) {
      out.println();
      out.println(facts.get("method") + ": " + facts.get("parameters"));
      out.flush();
      return;
    }
    facts.forEach((key, value) -> out.printf("%-18s %s%n", key, value));
    out.flush();
  }

  @Override
  public void stepped(int epoch, int epochs, int step, int steps, double loss) {
    if (!terminal) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setInitialMax((long) epochs * steps * batch)
              .startsFrom((long) (epoch - 1) * steps * batch, Duration.ZERO)
              .setUnit(" " + unit, 1)
              .setUpdateIntervalMillis(200)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .build();
    }
    bar.stepTo(((long) (epoch - 1) * steps + step) * batch);
    bar.setExtraMessage(String.format(Locale.ROOT, "epoch %d/%d loss %.4f", epoch, epochs, loss));
  }

  @Override
  public void progressed(String file, long done, long total) {
    fetching.progressed(file, done, total);
  }

  @Override
  public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
    StringBuilder line =
        new StringBuilder(String.format(Locale.ROOT, "epoch %d/%d", epoch, epochs));
    metrics.forEach(
        (key, value) ->
            line.append(
                value instanceof Double d
                    ? String.format(Locale.ROOT, "  %s %.4g", key, d)
                    : "  " + key + " " + value));
    out.println(line);
    out.flush();
  }

  @Override
  public boolean wantsStop() {
    return stop.isWanted();
  }

  @Override
  public void warned(String message) {
    out.println("warning: " + message);
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
