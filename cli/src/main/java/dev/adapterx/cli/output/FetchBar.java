package dev.adapterx.cli.output;

import dev.adapterx.cli.terminal.Bar;
import dev.adapterx.cli.terminal.Screen;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.hub.FetchListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Shows downloads: a bar for each file on a terminal, otherwise a line for each; small files are
 * not shown.
 */
public final class FetchBar implements FetchListener, AutoCloseable {
  private static final long MENTIONED = 1 << 20;
  private static final int LONGEST_NAME = 32;

  private final PrintWriter err;
  private final Screen screen;
  private final String doing;
  private @Nullable String file;
  private @Nullable Bar bar;

  public FetchBar(CommandSpec spec) {
    this(spec, "fetching");
  }

  /**
   * For another operation on a file.
   *
   * @param doing for example {@code unpacking}
   */
  public FetchBar(CommandSpec spec, String doing) {
    this.err = spec.commandLine().getErr();
    this.screen = Session.of(spec).screen();
    this.doing = doing;
  }

  @Override
  public void progressed(String name, long done, long total) {
    if (total >= 0 && total < MENTIONED) {
      return;
    }
    if (!Objects.equals(name, file)) {
      close();
      file = name;
      bar = new Bar(screen, done, total, rate -> size(Math.round(rate)) + "/s");
      if (!screen.isTerminal()) {
        err.println(doing + " " + name + (total < 0 ? "" : ", " + size(total)));
        err.flush();
      }
    }
    if (bar != null) {
      String label = doing + " " + Bar.shortened(name, LONGEST_NAME);
      bar.at(label, done, total < 0 ? size(done) : "of " + size(total));
    }
  }

  /** Bytes in a readable unit. */
  public static String size(long bytes) {
    return bytes < 1 << 20
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }

  @Override
  public void warned(String message) {
    close();
    err.println("warning: " + message);
    err.flush();
  }

  @Override
  public void close() {
    file = null;
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
