package dev.adapterx.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the name a user probably meant. */
public final class Names {
  private Names() {}

  /** The known name closest to {@code wanted}, if any is close enough to be worth mentioning. */
  public static Optional<String> nearest(String wanted, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String k) -> distance(wanted, k)).thenComparing(k -> k))
        .filter(k -> distance(wanted, k) <= Math.max(2, wanted.length() / 2));
  }

  /** {@code "; did you mean 'x'?"}, or nothing: made to end an error message. */
  public static String hint(String wanted, Collection<String> known) {
    return nearest(wanted, known).map(k -> "; did you mean '" + k + "'?").orElse("");
  }

  /** The first few of many, for messages that must stay readable. */
  public static String some(List<String> names) {
    int shown = Math.min(names.size(), 8);
    String more = names.size() > shown ? " and " + (names.size() - shown) + " more" : "";
    return String.join(", ", names.subList(0, shown)) + more;
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
