package dev.adapterx.data.fetch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Selects files of an archive that belong to a data set, and renames them. Files that no take
 * selects are skipped.
 *
 * @param from matches the whole name in the archive
 * @param to the name in the data set's folder, with {@code $1} for the first group
 */
public record Take(Pattern from, String to) {
  static Take of(String from, String to) {
    return new Take(Pattern.compile(from), to);
  }

  /** All files below a folder of the archive, at any depth. */
  static Take folder(String from, String to) {
    return of("(?:.*/)?" + from + "/(.+)", to.isEmpty() ? "$1" : to + "/$1");
  }

  Optional<String> place(String name) {
    Matcher matcher = from.matcher(name);
    return matcher.matches() ? Optional.of(matcher.replaceFirst(to)) : Optional.empty();
  }
}
