package dev.adapterx.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a record's Javadoc says of its components, as Markdown. */
public final class ParamTags {
  private static final List<Path> ROOTS =
      List.of("src", "../core/src", "../train/src", "../dense/src").stream()
          .map(root -> Path.of(root, "main/java"))
          .toList();
  private static final Pattern TAG =
      Pattern.compile("(?ms)^ *\\* *@param +(\\w+)\\s(.*?)(?=^ *\\* *@|^ *\\*/)");

  private ParamTags() {}

  /** By component, in the order of the comment; of a type that is nested or not. */
  public static Map<String, String> of(Class<?> record) {
    Map<String, String> tags = new LinkedHashMap<>();
    Matcher tag = TAG.matcher(comment(record));
    while (tag.find()) {
      tags.put(tag.group(1), markdown(tag.group(2)));
    }
    return tags;
  }

  private static String comment(Class<?> record) {
    String source = Tiny.text(source(record));
    Matcher head = Pattern.compile("record " + record.getSimpleName() + "\\b").matcher(source);
    if (!head.find()) {
      throw new AssertionError("no record " + record + " in its source");
    }
    int end = source.lastIndexOf("*/", head.start());
    return source.substring(source.lastIndexOf("/**", end), end + 2);
  }

  private static Path source(Class<?> type) {
    String file = type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java";
    return ROOTS.stream()
        .map(root -> root.resolve(file))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no source of " + type));
  }

  private static String markdown(String javadoc) {
    return javadoc
        .replaceAll("(?m)^ *\\* ?", " ")
        .replaceAll("\\s+", " ")
        .strip()
        .replaceAll("\\{@(?:code|link) #?([^}]*)\\}", "`$1`")
        .replaceAll("<a href=\"([^\"]*)\">(.*?)</a>", "[$2]($1)")
        .replace("|", "\\|");
  }
}
