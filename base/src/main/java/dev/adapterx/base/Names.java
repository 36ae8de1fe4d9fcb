package dev.adapterx.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the name a user probably meant. */
public final class Names {
  /**
   * Longer names are not typing errors; comparing with a megabyte of a hostile file would take
   * hours.
   */
  private static final int LONGEST = 256;

  private static final int MOST_COMPARED = 10_000;
  private static final int MOST_SHOWN = 8;
  private static final int LONGEST_SHOWN = 120;

  private record Candidate(String name, int distance) {}

  private Names() {}

  /**
   * The known name closest to {@code wanted}, if any is close enough to be worth mentioning. Very
   * long names match none, and of very many known names only the first are compared.
   */
  public static Optional<String> nearest(String wanted, Collection<String> known) {
    int most = Math.max(2, wanted.length() / 2);
    if (wanted.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(k -> Math.abs(k.length() - wanted.length()) <= most)
        .limit(MOST_COMPARED)
        .map(k -> new Candidate(k, distance(wanted, k)))
        .filter(c -> c.distance <= most)
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  /** {@code "; did you mean 'x'?"}, or an empty text: the end of an error message. */
  public static String hint(String wanted, Collection<String> known) {
    return nearest(wanted, known).map(k -> "; did you mean '" + k + "'?").orElse("");
  }

  /** As {@link #hint}, or a full stop: where another sentence follows. */
  public static String hintSentence(String wanted, Collection<String> known) {
    return nearest(wanted, known).isEmpty() ? "." : hint(wanted, known);
  }

  /** The first few of many, for messages that must stay readable. */
  public static String some(List<String> names) {
    int shown = Math.min(names.size(), MOST_SHOWN);
    String more = names.size() > shown ? " and " + (names.size() - shown) + " more" : "";
    return names.subList(0, shown).stream()
            .map(n -> n.length() > LONGEST_SHOWN ? n.substring(0, LONGEST_SHOWN) + "…" : n)
            .collect(Collectors.joining(", "))
        + more;
  }

  /** Levenshtein's edit distance, ignoring case. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int replaced = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
