package dev.adapterx.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** What a terminal shows of the text it was sent: carriage returns overwrite, full lines wrap. */
public final class Emulator {
  private final int columns;
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int column;

  private Emulator(int columns) {
    this.columns = columns;
  }

  /** The lines that are left, without blanks at their ends. */
  public static List<String> shown(String sent, int columns) {
    Emulator terminal = new Emulator(columns);
    sent.chars().forEach(c -> terminal.take((char) c));
    return terminal.lines.stream().map(line -> line.toString().stripTrailing()).toList();
  }

  private void take(char c) {
    if (c == '\r') {
      column = 0;
    } else if (c == '\n') {
      lines.add(new StringBuilder());
      column = 0;
    } else if (c < ' ') {
      throw new AssertionError("a control character is sent: " + (int) c);
    } else {
      if (column == columns) {
        take('\n');
      }
      StringBuilder line = lines.get(lines.size() - 1);
      while (line.length() <= column) {
        line.append(' ');
      }
      line.setCharAt(column++, c);
    }
  }
}
