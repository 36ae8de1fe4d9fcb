package dev.adapterx.train.card;

import java.util.List;
import java.util.stream.Collectors;

/** Pieces of Markdown; text from outside is escaped. */
public final class Markdown {
  private Markdown() {}

  /** A table; cells may contain code spans. */
  public static String table(List<String> head, List<List<String>> rows) {
    StringBuilder text = new StringBuilder(row(head));
    text.append("|").append("---|".repeat(head.size())).append('\n');
    rows.forEach(row -> text.append(row(row)));
    return text.toString();
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> line(cell).replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A block of code. */
  public static String code(String language, String code) {
    return "```" + language + "\n" + code.stripTrailing() + "\n```\n";
  }

  /** Text on one line, with its markup escaped: class names are names of folders. */
  public static String line(String text) {
    return text.replaceAll("\\s+", " ").strip().replace("<", "&lt;");
  }
}
