package dev.adapterx.tasks.show;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which pictures a report shows. */
public final class Chosen {
  private static final int EACH = 2;

  private Chosen() {}

  /** Two each of the worst, the middle and the best, fewer where there are few, with that word. */
  public static <T> Map<T, String> of(List<T> worstFirst) {
    int n = worstFirst.size();
    int each = Math.min(EACH, Math.max(1, n / 3));
    Map<Integer, String> words = new TreeMap<>();
    for (int i = 0; i < Math.min(each, n); i++) {
      words.put(i, "worst");
      words.putIfAbsent(n - 1 - i, "best");
    }
    for (int i = 0; i < Math.min(each, n); i++) {
      words.putIfAbsent(Math.min(n - 1, (n - each) / 2 + i), "median");
    }
    Map<T, String> chosen = new LinkedHashMap<>();
    words.forEach((i, word) -> chosen.put(worstFirst.get(i), word));
    return chosen;
  }
}
