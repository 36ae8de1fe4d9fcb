package dev.adapterx.data.points.format;

/** What a file holds, as an error message may quote it. */
final class Shown {
  private static final int LONGEST = 40;

  private Shown() {}

  static String of(String found) {
    if (found.isEmpty()) {
      return "nothing";
    }
    if (!found.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      return "binary data";
    }
    return "'" + (found.length() > LONGEST ? found.substring(0, LONGEST) + "…" : found) + "'";
  }
}
