package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines of a text file as fields. Line ends are those of Unix, Windows or old Macs; empty lines are
 * skipped, as are comments from {@code #} on if the format has them.
 */
final class Lines {
  private static final int LONGEST = 1 << 20;

  /** The byte order mark that some editors put before UTF-8 text. */
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Source source;
  private final boolean comments;
  private byte[] line = new byte[256];
  private int length;
  private int[] bounds = new int[32];
  private int fields;
  private int number;
  private boolean crOnly;
  private final boolean continued;
  private int joined;

  Lines(Source source, boolean comments) {
    this(source, comments, false);
  }

  /**
   * @param continued whether a line that ends with a backslash continues in the next
   */
  Lines(Source source, boolean comments, boolean continued) {
    this.source = source;
    this.comments = comments;
    this.continued = continued;
  }

  /** Goes to the next line that is not empty; false at the end of the file. */
  boolean next() throws IOException {
    while (source.peek() >= 0) {
      readLine();
      splitAtBlanks();
      if (fields > 0) {
        return true;
      }
    }
    fields = 0;
    length = 0;
    return false;
  }

  /** The line's number, counted from 1. */
  int number() {
    return number;
  }

  String text() {
    return text(0, length).strip();
  }

  /** Number of fields in this line. */
  int fields() {
    return fields;
  }

  String field(int i) {
    return text(bounds[2 * i], bounds[2 * i + 1]);
  }

  /** Splits this line again, at a separator; blanks around fields are removed. */
  void splitAt(char separator) {
    fields = 0;
    int start = 0;
    for (int i = 0; i <= length; i++) {
      if (i == length || line[i] == separator) {
        int from = start;
        int to = i;
        while (from < to && blank(line[from])) {
          from++;
        }
        while (from < to && blank(line[to - 1])) {
          to--;
        }
        add(from, to);
        start = i + 1;
      }
    }
  }

  /** Replaces a character everywhere in this line. */
  void replace(char old, char by) {
    for (int i = 0; i < length; i++) {
      line[i] = line[i] == (byte) old ? (byte) by : line[i];
    }
  }

  /** Whether a field is a number, possibly not finite. */
  boolean isNumber(int i) {
    return Decimal.isNumber(line, bounds[2 * i], bounds[2 * i + 1]);
  }

  double number(int i) {
    if (!isNumber(i)) {
      throw new DataException(
          "line %d: field %d is %s, expected a number"
              .formatted(number, i + 1, Shown.of(field(i))));
    }
    return Decimal.parse(line, bounds[2 * i], bounds[2 * i + 1]);
  }

  long integer(int i) {
    return integer(i, bounds[2 * i], bounds[2 * i + 1]);
  }

  /** The integer before the first {@code end} in a field, or the whole field. */
  long integerBefore(int i, char end) {
    int to = bounds[2 * i];
    while (to < bounds[2 * i + 1] && line[to] != end) {
      to++;
    }
    return integer(i, bounds[2 * i], to);
  }

  private long integer(int i, int from, int to) {
    boolean negative = from < to && line[from] == '-';
    int start = negative || (from < to && line[from] == '+') ? from + 1 : from;
    long value = 0;
    boolean digits = start < to && to - start <= 18;
    for (int k = start; digits && k < to; k++) {
      digits = line[k] >= '0' && line[k] <= '9';
      value = 10 * value + (line[k] - '0');
    }
    if (!digits) {
      throw new DataException(
          "line %d: field %d is %s, expected a whole number"
              .formatted(number, i + 1, Shown.of(field(i))));
    }
    return negative ? -value : value;
  }

  private void readLine() throws IOException {
    length = 0;
    number += 1 + joined;
    joined = 0;
    if (number == 1 && Arrays.equals(source.peek(MARK.length), MARK)) {
      source.skip(MARK.length);
    }
    boolean comment = false;
    for (int c = source.read(); c >= 0 && c != '\n'; c = source.read()) {
      if (c == '\r') {
        endOfLine();
        return;
      }
      if (continued && c == '\\' && endsHere()) {
        append(' ');
        continue;
      }
      comment |= comments && c == '#';
      if (!comment) {
        append(c);
      }
    }
  }

  /** Reads an end of line, if one comes next. */
  private boolean endsHere() throws IOException {
    if (source.peek() != '\r' && source.peek() != '\n') {
      return false;
    }
    if (source.read() == '\r' && source.peek() == '\n') {
      source.read();
    }
    joined++;
    return true;
  }

  /**
   * Binary content may follow a text header: a \n is skipped only in files with Windows' line ends.
   */
  private void endOfLine() throws IOException {
    boolean windows = source.peek() == '\n';
    if (windows && !crOnly) {
      source.read();
    }
    crOnly |= !windows && source.peek() >= 0;
  }

  private void append(int c) {
    if (length == LONGEST) {
      throw new DataException(
          "line %d has more than %d characters: this is no text file of points"
              .formatted(number, LONGEST));
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, 2 * length);
    }
    line[length++] = (byte) c;
  }

  private void splitAtBlanks() {
    fields = 0;
    int i = 0;
    while (true) {
      while (i < length && blank(line[i])) {
        i++;
      }
      if (i == length) {
        return;
      }
      int from = i;
      while (i < length && !blank(line[i])) {
        i++;
      }
      add(from, i);
    }
  }

  private void add(int from, int to) {
    if (2 * fields == bounds.length) {
      bounds = Arrays.copyOf(bounds, 4 * fields);
    }
    bounds[2 * fields] = from;
    bounds[2 * fields + 1] = to;
    fields++;
  }

  private String text(int from, int to) {
    return new String(line, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static boolean blank(byte c) {
    return c == ' ' || c == '\t' || c == 0x0B || c == '\f';
  }
}
