package dev.adapterx.cli;

import dev.adapterx.hub.FetchListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows what is being fetched: a bar for each file on a terminal, a line for each elsewhere; small
 * files pass unmentioned.
 */
final class FetchBar implements FetchListener, AutoCloseable {
  private static final long MENTIONED = 1 << 20;

  private final PrintWriter err;
  private final String doing;
  private final boolean terminal = Boolean.getBoolean("adapterx.terminal");
  private @Nullable String file;
  private @Nullable ProgressBar bar;

  FetchBar(PrintWriter err) {
    this(err, "fetching");
  }

  /**
   * For something else that is done to a file.
   *
   * @param doing for example {@code unpacking}
   */
  FetchBar(PrintWriter err, String doing) {
    this.err = err;
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
      begin(name, total);
    }
    if (bar != null) {
      bar.stepTo(done);
      if (done == total) {
        bar.close();
        bar = null;
      }
    }
  }

  private void begin(String name, long total) {
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name.length() > 40 ? "..." + name.substring(name.length() - 37) : name)
              .setInitialMax(total)
              .setUnit(" MiB", 1 << 20)
              .setUpdateIntervalMillis(200)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .build();
    } else {
      err.println(doing + " " + name + (total < 0 ? "" : ", " + size(total)));
      err.flush();
    }
  }

  /** Bytes as people read them. */
  static String size(long bytes) {
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
