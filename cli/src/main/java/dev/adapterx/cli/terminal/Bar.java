package dev.adapterx.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Progress on one line: label, share done, speed, and remaining time. On a short line the speed is
 * left out first.
 */
public final class Bar implements AutoCloseable {
  private static final int LONGEST = 30;
  private static final int SHORTEST = 10;
  private static final double SECOND = 1e9;

  /** Seconds over which the speed is averaged, so that the time left does not jump. */
  private static final double MEMORY = 120;

  private final Screen screen;
  private final long total;
  private final DoubleFunction<String> speed;
  private long last;
  private long then;
  private double units;
  private double seconds;

  /** Maximum length of the text after the bar so far, so that its end does not jump. */
  private int widest;

  /**
   * Creates a bar without showing it.
   *
   * @param begun units done before, not counted for the speed
   * @param total total units; negative: unknown
   * @param speed units a second, as text
   */
  public Bar(Screen screen, long begun, long total, DoubleFunction<String> speed) {
    this.screen = screen;
    this.total = total;
    this.speed = speed;
    this.last = begun;
    this.then = screen.nanos();
  }

  /**
   * Updates the bar.
   *
   * @param label description of the work
   * @param done units done, including those before
   * @param detail further text; may be empty
   */
  public void at(String label, long done, String detail) {
    long now = screen.nanos();
    double passed = (now - then) / SECOND;
    double kept = Math.exp(-passed / MEMORY);
    units = units * kept + (done - last);
    seconds = seconds * kept + passed;
    last = done;
    then = now;
    screen.show(line(label, done, detail));
  }

  private String line(String label, long done, String detail) {
    double rate = seconds > 0 ? units / seconds : 0;
    boolean measured = rate > 0 && seconds >= 1;
    List<String> tail = new ArrayList<>();
    if (!detail.isEmpty()) {
      tail.add(detail);
    }
    if (total < 0) {
      return fitted(label, tail);
    }
    if (measured) {
      tail.add(left((total - done) / rate));
      tail.add(speed.apply(rate));
    }
    double share = total == 0 ? 1 : Math.min(1, done / (double) total);
    String percent = String.format(Locale.ROOT, "%3.0f %%", Math.floor(100 * share));
    while (true) {
      String after = " " + percent + joined(tail);
      int room = screen.width() - label.length() - 3;
      if (room - after.length() >= SHORTEST) {
        widest = Math.max(after.length(), Math.min(widest, room - SHORTEST));
        int length = Math.min(LONGEST, room - widest);
        int filled = (int) (share * length);
        return label + " [" + "=".repeat(filled) + " ".repeat(length - filled) + "]" + after;
      }
      if (tail.isEmpty()) {
        return fitted(label, List.of(percent.strip()));
      }
      tail.remove(tail.size() - 1);
    }
  }

  private String fitted(String label, List<String> tail) {
    String after = joined(tail);
    int room = Math.max(0, screen.width() - after.length());
    return shortened(label, room) + after;
  }

  private static String joined(List<String> parts) {
    return parts.isEmpty() ? "" : "  " + String.join("  ", parts);
  }

  /** The end of a text that is too long, as file names differ there. */
  public static String shortened(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    return length < 4
        ? text.substring(0, length)
        : "..." + text.substring(text.length() - length + 3);
  }

  /** In steps that do not flicker. */
  static String left(double seconds) {
    if (seconds < 59.5) {
      return Math.round(seconds) + " s left";
    }
    long tens = Math.round(seconds / 10) * 10;
    if (tens < 600) {
      return String.format(Locale.ROOT, "%d min %02d s left", tens / 60, tens % 60);
    }
    long minutes = Math.round(seconds / 60);
    return minutes < 60
        ? minutes + " min left"
        : String.format(Locale.ROOT, "%d h %02d min left", minutes / 60, minutes % 60);
  }

  @Override
  public void close() {
    screen.clear();
  }
}
