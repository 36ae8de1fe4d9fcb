package dev.adapterx.cli.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A terminal's last line, where progress is shown, and everything printed above it: everything that
 * goes through {@link #writer} removes that line first, so that neither overwrites the other. It
 * changes no setting of the terminal and installs no signal handler.
 */
public final class Screen {
  /** Shows no progress. */
  public static final Screen NONE = new Screen(null, 0, () -> 0);

  private static final int USUAL_COLUMNS = 80;
  private static final long BETWEEN_DRAWINGS = 100_000_000;

  /** Time for another process to print what was just written into a pipe. */
  private static final long AFTER_OTHER_TEXT = 200_000_000;

  private final @Nullable OutputStream terminal;
  private final int columns;
  private final LongSupplier nanos;
  private int shown;
  private boolean drawn;
  private long next;

  /**
   * A terminal.
   *
   * @param terminal receives the line of progress; null: none
   * @param columns of the terminal; 0: unknown
   * @param nanos the clock
   */
  Screen(@Nullable OutputStream terminal, int columns, LongSupplier nanos) {
    this.terminal = terminal;
    this.columns = columns <= 0 ? USUAL_COLUMNS : columns;
    this.nanos = nanos;
  }

  /**
   * The terminal of this process, described by the launcher in the system properties {@code
   * adapterx.terminal} and {@code adapterx.columns}: Java 17 cannot distinguish a terminal from a
   * pipe.
   */
  public static Screen of(OutputStream err) {
    return Boolean.getBoolean("adapterx.terminal")
        ? new Screen(err, Integer.getInteger("adapterx.columns", 0), System::nanoTime)
        : NONE;
  }

  /** Whether progress is shown. */
  public boolean isTerminal() {
    return terminal != null;
  }

  /** Nanoseconds of its clock. */
  long nanos() {
    return nanos.getAsLong();
  }

  /** Characters of a line: one less than the columns, since a full line may wrap. */
  int width() {
    return columns - 1;
  }

  /**
   * A text as lines that the terminal need not break within a word; one line where there is none.
   *
   * @param indent blanks before each line but the first
   */
  public List<String> folded(String text, int indent) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (isTerminal() && rest.length() > width()) {
      int end = rest.lastIndexOf(' ', width());
      if (end <= indent) {
        break;
      }
      lines.add(rest.substring(0, end).stripTrailing());
      rest = " ".repeat(indent) + rest.substring(end + 1);
    }
    lines.add(rest);
    return lines;
  }

  /** A UTF-8 writer whose text never mixes with the line of progress. */
  public PrintWriter writer(OutputStream out) {
    return new PrintWriter(new Above(out), true, StandardCharsets.UTF_8);
  }

  /** Replaces the line of progress; ignored if called too soon after the last time. */
  synchronized void show(String line) {
    long now = nanos();
    if (terminal == null || (drawn && now - next < 0)) {
      return;
    }
    String text = line.length() > width() ? line.substring(0, width()) : line;
    draw(text + " ".repeat(Math.max(0, shown - text.length())) + "\r");
    shown = text.length();
    next(now + BETWEEN_DRAWINGS);
  }

  /** Removes the line of progress, if any. */
  synchronized void clear() {
    if (shown > 0) {
      draw(" ".repeat(shown) + "\r");
      shown = 0;
      next(nanos() + AFTER_OTHER_TEXT);
    }
  }

  private void next(long time) {
    next = time;
    drawn = true;
  }

  /** The cursor returns to the line's start, where the terminal's own ^C is overwritten again. */
  private void draw(String text) {
    if (terminal == null) {
      return;
    }
    try {
      terminal.write(("\r" + text).getBytes(StandardCharsets.UTF_8));
      terminal.flush();
    } catch (IOException e) {
      shown = 0; // without a terminal nothing is shown; the work continues
    }
  }

  /** Removes the line of progress before each write. */
  private final class Above extends FilterOutputStream {
    Above(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (Screen.this) {
        clear();
        out.write(bytes, offset, length);
        out.flush();
      }
    }
  }
}
